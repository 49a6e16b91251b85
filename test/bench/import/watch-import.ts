import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ADVISORY_LOCK } from '../../../src/db/advisory-lock';
import { lockCall } from '../../../src/db/call-locks';
import type { Database } from '../../../src/db/database';

/** What an import does to those who work beside it. */
export interface Watched {
  /** Calls whose locks were taken meanwhile, and how long that took, ms. */
  readonly locks: number;
  readonly lockP50Ms: number;
  readonly lockP99Ms: number;
  readonly lockMaxMs: number;
  /** The longest that such a call was seen to wait for a lock: the rest is the machine's doing. */
  readonly waitMs: number;
  /** The longest transaction of the import that was seen: no reader of events passes an open one. */
  readonly transactionMs: number;
  /** Of the import's server process, at its highest; null where there is no /proc. */
  readonly server: ServerProcess | null;
}

const LOCK_PAUSE_MS = 5;
const LOOK_PAUSE_MS = 20;

/**
 * Takes the locks of calls to people of the file, as the gate does in its order (debtor, account,
 * numbers), one call after the other, and looks at the import's connection.
 * @returns a function that ends it
 */
export async function watchImport(db: Database): Promise<() => Promise<Watched>> {
  const stopping = new AbortController();
  const { rows: accounts } = await db.query<{ id: string; debtorId: string }>(
    `select id, debtor_id as "debtorId" from account order by md5(id::text) limit 20000`,
  );
  const took: number[] = [];
  let transactionMs = 0;
  let waitMs = 0;
  let server: ServerProcess | null = null;

  const dial = async (): Promise<void> => {
    for (let turn = 0; accounts.length > 0 && !stopping.signal.aborted; turn += 1) {
      const account = accounts[turn % accounts.length];
      if (account === undefined) return;
      const fromMs = performance.now();
      await db.transaction(async (tx) => {
        await tx.query('select 1 from debtor where id = $1 for no key update', [account.debtorId]);
        await lockCall(tx, { accountId: account.id, phoneId: null });
        took.push(performance.now() - fromMs);
      });
      await delay(LOCK_PAUSE_MS);
    }
  };
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { rows } = await db.query<{ pid: number; ms: number }>(
        `select pid, (extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as ms
         from pg_stat_activity join pg_locks using (pid)
         where locktype = 'advisory' and objid = $1 and xact_start is not null`,
        [ADVISORY_LOCK.importBatch],
      );
      for (const { pid, ms } of rows) {
        transactionMs = Math.max(transactionMs, ms);
        const now = await serverProcess(pid);
        if (now === null) continue;
        const privateMiB = Math.max(now.privateMiB, server?.privateMiB ?? 0);
        server = { privateMiB, cpuSeconds: now.cpuSeconds };
      }
      const waiting = await db.query<{ ms: number }>(
        `select (extract(epoch from clock_timestamp() - query_start) * 1000)::float8 as ms
         from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
           and pid <> all($1)`,
        [rows.map(({ pid }) => pid)],
      );
      waitMs = Math.max(waitMs, ...waiting.rows.map(({ ms }) => ms));
      await delay(LOOK_PAUSE_MS);
    }
  };
  const working = Promise.all([dial(), look()]);
  working.catch(() => undefined); // told when it is ended
  return async () => {
    stopping.abort();
    await working;
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.floor((took.length - 1) * share)] ?? NaN;
    const [lockP50Ms, lockP99Ms, lockMaxMs] = [at(0.5), at(0.99), at(1)];
    return { locks: took.length, lockP50Ms, lockP99Ms, lockMaxMs, waitMs, transactionMs, server };
  };
}

export interface ServerProcess {
  /** What it holds beside the memory that all server processes share. */
  readonly privateMiB: number;
  readonly cpuSeconds: number;
}

/** Linux tells; null elsewhere, and when there is no such process any more. */
export async function serverProcess(pid: number): Promise<ServerProcess | null> {
  try {
    const kib = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    // proc(5): after the name in brackets, user and system time are the 12th and 13th, in 1/100 s
    const [, times = ''] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ');
    const [user, system] = times.split(' ').slice(11, 13).map(Number);
    return {
      privateMiB: Number(kib ?? NaN) / 1_024,
      cpuSeconds: ((user ?? NaN) + (system ?? NaN)) / 100,
    };
  } catch {
    return null;
  }
}
