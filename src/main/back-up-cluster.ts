import { chown, copyFile, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { one, type Database, type Queryable } from '../db/database';

/** A place in the write-ahead log is in a file of 24 hexadecimal digits: timeline, then position. */
const WAL_FILE = /^[0-9A-F]{24}$/;
/** Without these a server starts: it makes them anew, or they belong to the running one. */
const EMPTY_FOLDERS = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label|tablespace_map|pg_internal\.init|pgsql_tmp.*)$/;
/** Says where recovery begins when there is no backup_label; it is read last, as the manual asks. */
const CONTROL_FILE = join('global', 'pg_control');

/**
 * Copies a cluster while its server works: a base backup with the log that makes it whole (PostgreSQL
 * manual, "Making a Base Backup Using the Low Level API"). What was committed when this began is in
 * it; a server that starts on the copy first recovers it. It needs no program but the server.
 * @param db a superuser's, of that server; its process must be able to read the cluster's files
 * @param target a folder that is not there yet
 */
export async function backUpCluster(
  db: Database,
  clusterDir: string,
  target: string,
): Promise<void> {
  await db.session(async (session) => {
    // the checkpoint that it begins with writes whatever is not on disk yet
    await session.query('set statement_timeout = 0');
    // the log from here on is not recycled while this session lives; the slot ends with it
    await session.query(
      `select pg_create_physical_replication_slot('santun_backup_' || pg_backend_pid(), true, true)`,
    );
    await session.query(`select pg_backup_start('santun', fast => true)`);
    await copyFolder(clusterDir, target, '');
    await copyDurably(clusterDir, target, CONTROL_FILE);
    const { label, from, to } = await stopBackup(session);
    for (const name of await readdir(join(clusterDir, 'pg_wal'))) {
      const isNeeded =
        name.endsWith('.history') || (WAL_FILE.test(name) && name >= from && name <= to);
      if (isNeeded) await copyDurably(clusterDir, target, join('pg_wal', name));
    }
    await writeLabel(clusterDir, target, label);
  });
}

/** Ends the backup; the log it needs lies in the files from `from` to `to`. */
async function stopBackup(
  session: Queryable,
): Promise<{ readonly label: string; readonly from: string; readonly to: string }> {
  const stopped = await session.query<{ label: string; to: string }>(
    `select labelfile as label, pg_walfile_name(lsn) as "to"
     from pg_backup_stop(wait_for_archive => false)`,
  );
  const { label, to } = one(stopped, 'pg_backup_stop');
  const from = /\(file ([0-9A-F]{24})\)/.exec(label)?.[1];
  if (from === undefined) throw new Error('PostgreSQL does not say where the backup begins');
  return { label, from, to };
}

/** Without this file the copy would start as if it were whole, and be damaged. */
async function writeLabel(clusterDir: string, target: string, label: string): Promise<void> {
  const path = join(target, 'backup_label');
  await writeFile(path, label, { mode: 0o600, flush: true });
  await ownLike(join(clusterDir, 'PG_VERSION'), path);
}

/** @param folder below the cluster; files that end while it is copied are in the log */
async function copyFolder(clusterDir: string, target: string, folder: string): Promise<void> {
  const path = join(target, folder);
  await mkdir(path, { mode: 0o700 });
  await ownLike(join(clusterDir, folder), path);
  for (const entry of await readdir(join(clusterDir, folder), { withFileTypes: true })) {
    const below = join(folder, entry.name);
    if (LEFT_OUT.test(entry.name) || below === CONTROL_FILE) continue;
    if (!entry.isDirectory()) await copyDurably(clusterDir, target, below);
    else if (!EMPTY_FOLDERS.has(below)) await copyFolder(clusterDir, target, below);
    else await makeEmpty(clusterDir, target, below);
  }
}

/** With the folders in it, which the server expects: `pg_wal/archive_status`. */
async function makeEmpty(clusterDir: string, target: string, folder: string): Promise<void> {
  await mkdir(join(target, folder), { mode: 0o700 });
  await ownLike(join(clusterDir, folder), join(target, folder));
  if (folder !== 'pg_wal') return;
  for (const entry of await readdir(join(clusterDir, folder), { withFileTypes: true })) {
    if (entry.isDirectory()) await makeEmpty(clusterDir, target, join(folder, entry.name));
  }
}

async function copyDurably(clusterDir: string, target: string, file: string): Promise<void> {
  const [from, to] = [join(clusterDir, file), join(target, file)];
  try {
    await copyFile(from, to);
    await ownLike(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The server may run as another user than we do: it must own its files. */
async function ownLike(from: string, to: string): Promise<void> {
  const { uid, gid } = await stat(from);
  if (process.getuid?.() !== uid) await chown(to, uid, gid);
}
