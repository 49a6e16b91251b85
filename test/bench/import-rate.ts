/**
 * How fast a file of accounts comes in, against plain COPY of the same file by the server itself
 * into a table of text without an index, in the same run; with how much memory; and how long a call
 * waits for the locks of its person meanwhile.
 *
 * Postgres as the product starts it, in a temporary folder; each import is a process of its own.
 * New files of growing size, each into an empty database; then, over the largest, the nights that
 * follow: nothing new, one row in twenty, and every amount. A machine that does other work as well
 * is slower in all of them; steadier than the seconds is how much processor time a row takes.
 *
 *     npm run bench:import
 *     BENCH_ROWS=10000,100000 npm run bench:import
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCreditor } from '../../src/db/creditors';
import { one, openDatabase, type Database } from '../../src/db/database';
import { migrate, migrationsFolder } from '../../src/db/migrate';
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';
import { ACCOUNT_FILE_COLUMNS, writeAccountFile, type Night } from './import/account-file';
import type { ImportRun } from './import/run-import';
import { serverProcess, watchImport, type Watched } from './import/watch-import';

const SIZES = (process.env.BENCH_ROWS ?? '10000,100000,1000000').split(',').map(Number);
const NIGHTS: readonly (readonly [Night, string])[] = [
  [0, 'the same file again'],
  [1, '5 % of the rows changed'],
  [2, 'every amount changed'],
];
const run = promisify(execFile);

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'santun-bench-'));
  // the server may run as another user, and reads the files itself
  await chmod(dir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: join(dir, 'data') });
  try {
    print(
      'rows      what                      file MB   COPY/s  import/s  ratio  COPY µs CPU' +
        '  node+server  ratio  peak MiB  server MiB  locks  p50 ms  p99 ms  max ms  longest wait  longest tx ms',
    );
    const peaks: number[] = [];
    for (const rows of SIZES) {
      const { db, url } = await emptyDatabase(postgres.url, rows);
      try {
        peaks.push(await measure(db, url, join(dir, `${rows}.csv`), rows, 0, 'new accounts'));
        if (rows !== SIZES.at(-1)) continue;
        for (const [night, what] of NIGHTS) {
          peaks.push(await measure(db, url, join(dir, `${rows}-${night}.csv`), rows, night, what));
        }
      } finally {
        await db.close();
      }
    }
    const [first = NaN] = peaks;
    const most = Math.max(...peaks);
    const times = (SIZES.at(-1) ?? NaN) / (SIZES[0] ?? NaN);
    print(
      `memory: ${first.toFixed(0)} MiB with the smallest file, ${most.toFixed(0)} at most: ` +
        `x${(most / first).toFixed(2)} for x${times.toFixed(0)} the rows`,
    );
  } finally {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function emptyDatabase(
  serverUrl: string,
  rows: number,
): Promise<{ db: Database; url: string }> {
  const server = openDatabase({ url: serverUrl, maxConnections: 1, onIdleError: () => undefined });
  await server.query(`create database import_${rows}`);
  await server.close();
  const url = new URL(serverUrl);
  url.pathname = `/import_${rows}`;
  const db = openDatabase({ url: url.href, maxConnections: 4, onIdleError: () => undefined });
  await migrate(db, migrationsFolder(process.cwd()));
  await createCreditor(db, { code: 'bench', name: 'Bench' });
  return { db, url: url.href };
}

/** @returns the peak memory of the importing process, MiB */
async function measure(
  db: Database,
  url: string,
  file: string,
  rows: number,
  night: Night,
  what: string,
): Promise<number> {
  const bytes = await writeAccountFile(file, rows, night);
  const copied = await copy(url, file);
  const stop = await watchImport(db);
  const program = join(__dirname, 'import', 'run-import.ts');
  const hook = join(__dirname, '..', 'support', 'typescript-hook.cjs');
  let watched: Watched;
  let child: { readonly stdout: string };
  try {
    child = await run(process.execPath, ['-r', hook, program, url, file]);
  } finally {
    watched = await stop();
  }
  await rm(file);
  const imported = JSON.parse(child.stdout) as ImportRun;
  checkCounts(imported, rows, what);
  printRow(rows, what, bytes, copied, imported, watched);
  return imported.peakMiB;
}

function checkCounts(imported: ImportRun, rows: number, what: string): void {
  const { newCount, changedCount, unchangedCount } = imported;
  const isNew = what === 'new accounts';
  if (newCount !== (isNew ? rows : 0) || newCount + changedCount + unchangedCount !== rows) {
    throw new Error(`${what}: ${JSON.stringify(imported)}`);
  }
}

interface Copied {
  readonly seconds: number;
  /** NaN where nothing tells. */
  readonly cpuSeconds: number;
}

async function copy(url: string, file: string): Promise<Copied> {
  const db = openDatabase({ url, maxConnections: 1, onIdleError: () => undefined });
  try {
    return await db.session(async (session) => {
      await session.query('set statement_timeout = 0');
      const columns = ACCOUNT_FILE_COLUMNS.map((name) => `${name} text`).join(', ');
      await session.query(`create table plain (${columns})`);
      const pid = one(
        await session.query<{ pid: number }>('select pg_backend_pid() as pid'),
        'pid',
      ).pid;
      const cpu = async (): Promise<number> => (await serverProcess(pid))?.cpuSeconds ?? NaN;
      const [fromMs, fromCpu] = [performance.now(), await cpu()];
      await session.query(`copy plain from '${file}' csv header`);
      const seconds = (performance.now() - fromMs) / 1_000;
      const cpuSeconds = (await cpu()) - fromCpu;
      await session.query('drop table plain');
      return { seconds, cpuSeconds };
    });
  } finally {
    await db.close();
  }
}

function printRow(
  rows: number,
  what: string,
  bytes: number,
  copied: Copied,
  imported: ImportRun,
  watched: Watched,
): void {
  const { seconds, cpuSeconds, peakMiB } = imported;
  const { locks, lockP50Ms, lockP99Ms, lockMaxMs, waitMs, transactionMs, server } = watched;
  const text = (value: number | null, width: number, digits = 0): string =>
    (value === null || !Number.isFinite(value) ? '-' : value.toFixed(digits)).padStart(width);
  const aRow = (cpu: number): number => (cpu * 1e6) / rows;
  const serverCpu = server?.cpuSeconds ?? NaN;
  print(
    `${String(rows).padEnd(10)}${what.padEnd(26)}${text(bytes / 1e6, 7, 1)}` +
      `${text(rows / copied.seconds, 9)}${text(rows / seconds, 10)}` +
      `${text(seconds / copied.seconds, 7, 1)}${text(aRow(copied.cpuSeconds), 13, 1)}` +
      `${text(aRow(cpuSeconds), 0)}+${text(aRow(serverCpu), 0)}`.padStart(13) +
      `${text((cpuSeconds + serverCpu) / copied.cpuSeconds, 7, 1)}${text(peakMiB, 10)}` +
      `${text(server?.privateMiB ?? null, 12)}${text(locks, 7)}${text(lockP50Ms, 8, 1)}` +
      `${text(lockP99Ms, 8, 1)}${text(lockMaxMs, 8, 1)}${text(locks === 0 ? null : waitMs, 14)}${text(transactionMs, 15)}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
