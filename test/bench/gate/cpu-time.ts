import { readFile } from 'node:fs/promises';
import type { Database } from '../../../src/db/database';

/** Time on a processor of one operation, µs. */
export interface CpuTime {
  readonly node: number;
  /** Of the connections' server processes; NaN where the system does not tell (Linux does). */
  readonly postgres: number;
}

/**
 * Runs `work`, which runs an operation `count` times, and tells what one took of the processors.
 * Another program beside it makes each operation wait, but hardly take more.
 */
export async function withCpuTime<T>(
  db: Database,
  count: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: CpuTime }> {
  const before = await serverTimes(db);
  const nodeBefore = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(nodeBefore);
  let postgres = 0;
  // a connection that was opened meanwhile began at nothing
  for (const [pid, us] of await serverTimes(db)) postgres += us - (before.get(pid) ?? 0);
  return { result, cpu: { node: (user + system) / count, postgres: postgres / count } };
}

/** µs on a processor so far, by server process. */
async function serverTimes(db: Database): Promise<Map<number, number>> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend'`,
  );
  const times = rows.map(async ({ pid }) => [pid, await timeOf(pid)] as const);
  return new Map(await Promise.all(times));
}

async function timeOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) / 1_000;
}
