/**
 * How soon an outcome changes the next choice: from the commit of the outcome to the commit of the
 * moment chosen next for the same account, the scheduler running with all that it does, after a
 * history of 400 people. One by one, and `BENCH_BURST` outcomes at once; against one interval of the
 * scheduler's learning (250 ms): the outcome waits for half of it on the average, whatever the speed.
 *
 *     npm run bench:learning
 *     BENCH_OUTCOMES=100 BENCH_BURST=200 npm run bench:learning
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { openDatabase, type Database } from '../../../src/db/database';
import { migrate, migrationsFolder } from '../../../src/db/migrate';
import { startEmbeddedPostgres } from '../../../src/main/embedded-postgres';
import { installShippedRules } from '../../../src/main/install-shipped-rules';
import type { RoleContext } from '../../../src/main/role-context';
import { startScheduler } from '../../../src/main/start-scheduler';
import { openSipQueue, prepareQueue } from '../../../src/queue/sip-queue';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addHistory } from '../../support/past-dials';
import { dialTo, end } from '../../support/talk';

const OUTCOMES = Number(process.env.BENCH_OUTCOMES ?? 60);
const BURST = Number(process.env.BENCH_BURST ?? 200);
const PEOPLE = 400;
const INTERVAL_MS = 250;
const LOOK_MS = 3;
const GIVE_UP_MS = 60_000;

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'santun-learning-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const db = openDatabase({ url: postgres.url, maxConnections: 20, onIdleError: () => undefined });
  try {
    await migrate(db, migrationsFolder(process.cwd()));
    await installShippedRules(db);
    const floor = await makeFloor(db);
    await db.query('update creditor set control_share = 0');
    await addHistory(db, floor, { people: PEOPLE, hoursUtc: [2, 4, 8], reachedAtUtc: 4 });
    while ((await learnOutcomes(makeGate(db))).lessons > 0);
    await db.query(`update account set next_attempt_at = now() + interval '9 days'`);
    const ringing = await makeRinging(db, floor, OUTCOMES + BURST);
    const stop = await runScheduler(db, postgres.url);
    try {
      const single: number[] = [];
      for (const one of ringing.slice(0, OUTCOMES)) {
        // anywhere in the interval
        await delay(Math.random() * INTERVAL_MS);
        single.push(...(await outcomes(db, [one])));
      }
      const burst = await outcomes(db, ringing.slice(OUTCOMES));
      print('outcome committed until the next moment is chosen, ms');
      print('                    p50     p99     max   max in intervals of 250 ms');
      printRow(`${OUTCOMES} one by one`, single);
      printRow(`${BURST} at once`, burst);
    } finally {
      await stop();
    }
  } finally {
    await db.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Ringing {
  readonly attemptId: string;
  readonly accountId: string;
}

async function makeRinging(db: Database, floor: Floor, count: number): Promise<Ringing[]> {
  const all: Ringing[] = [];
  for (let i = 0; i < count; i++) {
    const [accountId = ''] = (await floor.addDebtor()).accountIds;
    await floor.addReadyAgent();
    all.push({ attemptId: await dialTo(db, floor, 'ringing'), accountId });
  }
  return all;
}

/** Ends all at once as unanswered. @returns how long each took, ms */
async function outcomes(db: Database, ringing: readonly Ringing[]): Promise<number[]> {
  const newest = await newestChoice(db);
  const committedMs = new Map<string, number>();
  const ends = ringing.map(async ({ attemptId, accountId }) => {
    await end(db, attemptId, 'no_answer');
    committedMs.set(accountId, performance.now());
  });
  const waiting = new Set(ringing.map(({ accountId }) => accountId));
  const took: number[] = [];
  const untilMs = performance.now() + GIVE_UP_MS;
  while (waiting.size > 0) {
    if (performance.now() > untilMs) throw new Error(`${waiting.size} were not chosen for`);
    const { rows } = await db.query<{ id: string }>(
      'select distinct account_id as id from best_time_choice where id > $1 and account_id = any($2)',
      [newest, [...waiting]],
    );
    const nowMs = performance.now();
    for (const { id } of rows) {
      const fromMs = committedMs.get(id);
      if (fromMs === undefined) continue;
      waiting.delete(id);
      took.push(nowMs - fromMs);
    }
    await delay(LOOK_MS);
  }
  await Promise.all(ends);
  return took;
}

async function newestChoice(db: Database): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    'select id from best_time_choice order by id desc limit 1',
  );
  return rows[0]?.id ?? '00000000-0000-0000-0000-000000000000';
}

/** The scheduler role of the program, with a queue of its own. @returns what ends it */
async function runScheduler(db: Database, postgresUrl: string): Promise<() => Promise<void>> {
  await prepareQueue({ postgresUrl });
  const queue = openSipQueue({ location: { postgresUrl }, onError: () => undefined });
  const log = pino({ level: 'warn' }, pino.destination(2));
  const context = { db, gate: makeGate(db), queue, log, registry: new Registry() };
  const scheduler = startScheduler(context as unknown as RoleContext);
  return async () => {
    await scheduler.stop();
    await queue.close();
  };
}

function printRow(name: string, took: number[]): void {
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor((took.length - 1) * share)] ?? NaN;
  const figures = [at(0.5), at(0.99), at(1)].map((ms) => ms.toFixed(0).padStart(7)).join(' ');
  print(`${name.padEnd(16)}${figures}   ${(at(1) / INTERVAL_MS).toFixed(1)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
