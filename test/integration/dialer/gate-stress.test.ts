import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { createGate } from '../../../dialer/create-gate';
import { reserveNext } from '../../../dialer/reserve';
import { sweep } from '../../../dialer/sweep';
import { openDatabase, type Database } from '../../../src/db/database';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { bindPack, capRule } from '../../support/bind-pack';
import { seededDraws } from '../../../src/main/demo/seeded-draws';
import { makeFloor } from '../../support/floor';
import { makeGate, TEST_SIGNER } from '../../support/gate';
import { auditGate } from '../../support/gate-audit';
import { workAtGate } from '../../support/gate-crew';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { makeSharedFloor } from '../../support/shared-floor';

jest.setTimeout(120_000);
/** On a busy machine; a quiet one has seen enough in a few seconds. */
const STRESS_LIMIT_MS = 90_000;

let test: TestDatabase;
let db: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  db = test.db;
});
afterEach(() => test.drop());

const silentQueue: SipQueue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const count = async (sql: string): Promise<number> =>
  (await db.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]?.n ?? -1;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a dead worker left open that long, ended as the sweep does when its time is over. */
async function sweepAfter(ms: number): Promise<void> {
  await db.query(
    `update attempt set state_limit_at = now() - interval '1 min'
     where state <> 'ended' and state_since <= now() - $1 * interval '1 ms'`,
    [ms],
  );
  await db.query(
    `update preview set expires_at = now() - interval '1 min'
     where state = 'shown' and shown_at <= now() - $1 * interval '1 ms'`,
    [ms],
  );
  await sweep(db, silentQueue);
  // who was shown somebody for too long pauses, and comes back
  await db.query(
    `update agent_session set state = 'ready', state_since = now() where state = 'paused'
       and cause = 'preview_timeout'`,
  );
}

/** Today's caps of the tests: a person three times, a number four times, whoever answers it. */
const CAPS = { person: 3, number: 4 };
const bindCaps = (): Promise<void> =>
  bindPack(db, 'TEST.CAPS', [capRule('test.number', 'number', CAPS.number)]);

describe('a hundred workers', () => {
  const crews: ChildProcess[] = [];
  const startCrew = async (args: readonly string[]): Promise<ChildProcess> => {
    const hooks = ['typescript-hook.cjs'].flatMap((hook) => [
      '-r',
      join(__dirname, '../../support', hook),
    ]);
    const program = join(__dirname, '../../support/run-gate-crew.ts');
    const crew = spawn(process.execPath, [...hooks, program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    crews.push(crew);
    await once(crew.stdout, 'data');
    return crew;
  };
  const endCrew = async (crew: ChildProcess, signal?: 'SIGKILL'): Promise<void> => {
    const exited = crew.exitCode === null ? once(crew, 'exit') : Promise.resolve();
    if (signal === undefined) crew.stdin?.end();
    else crew.kill(signal);
    await exited;
  };
  afterEach(async () => {
    await Promise.all(
      crews
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((crew) => endCrew(crew, 'SIGKILL')),
    );
  });

  it('killed at any statement never exceed a cap, and lose no attempt', async () => {
    await bindCaps();
    const floor = await makeSharedFloor(db, {
      creditors: 3,
      numbers: 9,
      agents: 60,
      rulePacks: ['DEMO.OPEN', 'TEST.CAPS'],
    });
    const url = new URL(test.url);
    url.searchParams.set('application_name', 'crew');
    const args = [url.href, '25', '12', floor.sipInstanceId, ...floor.campaignIds];
    const working = await Promise.all(Array.from({ length: 4 }, () => startCrew(args)));
    // until it was a stress: both caps met, calls made, connections and whole processes killed
    const capped = (rule: string): Promise<number> =>
      count(`decision where verdict = 'deny' and record like '%"rule":"${rule}"%'`);
    let kills = 0;
    let deaths = 0;
    const until = Date.now() + STRESS_LIMIT_MS;
    const isEnough = async (): Promise<boolean> =>
      kills >= 20 &&
      deaths >= 1 &&
      (await count('attempt where counted')) >= 20 &&
      (await count(`attempt where counted and mode = 'manual'`)) >= 1 &&
      (await count(`attempt where counted and mode = 'preview'`)) >= 1 &&
      (await capped('demo.attempts-a-day')) >= 5 &&
      (await capped('test.number')) >= 5;
    for (let turn = 1; turn % 10 !== 0 || !(await isEnough()); turn++) {
      if (Date.now() > until) throw new Error(`${kills} kills and ${deaths} deaths, not enough`);
      const killed = await db.query(
        `select pg_terminate_backend(pid) from (select pid from pg_stat_activity
           where datname = current_database() and application_name = 'crew' and state <> 'idle'
           order by random() limit 1) busy`,
      );
      kills += killed.rowCount ?? 0;
      await pause(100);
      if (turn % 3 === 0) await floor.hurry();
      if (turn % 5 === 0) await sweepAfter(2_000);
      if (turn % 20 === 0) {
        const victim = working.shift();
        if (victim !== undefined) await endCrew(victim, 'SIGKILL');
        deaths += 1;
        working.push(await startCrew(args));
      }
    }
    await Promise.all(working.map((crew) => endCrew(crew)));
    expect(await auditGate(db, CAPS)).toEqual([]);
    await sweepAfter(0);
    expect(await auditGate(db, CAPS)).toEqual([]);
    expect(await count('open_attempt')).toBe(0);
    expect(await count(`attempt where state <> 'ended'`)).toBe(0);
    expect(await count(`agent_session where state <> 'ready'`)).toBe(0);
    expect(await count(`decision where stage = 'reserve' and verdict <> 'deny'`)).toBe(
      await count('attempt'),
    );
  });
});

describe('fifty workers and one slot left', () => {
  let many: Database;
  beforeEach(() => {
    many = openDatabase({ url: test.url, maxConnections: 50, onIdleError: () => undefined });
  });
  afterEach(() => many.close());

  /** Attempts of the last days, made by the gate's own hands and moved back. */
  const attemptsBefore = async (campaignId: string, n: number): Promise<void> => {
    const gate = makeGate(db);
    for (let i = 0; i < n; i++) {
      const reserved = await reserveNext(gate, campaignId);
      if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
      await db.query('delete from open_attempt');
      await db.query(
        `update attempt set state = 'ended', result = 'no_answer', counted = true, ended_at = now(),
           dialed_at = now() - $2 * interval '1 day', created_at = now() - $2 * interval '1 day'
         where id = $1`,
        [reserved.attemptId, i],
      );
      await db.query(`update agent_session set state = 'ready', attempt_id = null`);
      await db.query('update account set next_attempt_at = now()');
    }
  };
  const race = async (campaignId: string): Promise<number> => {
    const gate = createGate({ db: many, signer: TEST_SIGNER, engine: 'test' });
    const results = await Promise.all(
      Array.from({ length: 50 }, () => reserveNext(gate, campaignId)),
    );
    return results.filter(({ kind }) => kind === 'reserved').length;
  };

  it('give one of them the seventh call to a person in seven days', async () => {
    await bindPack(db, 'TEST.SEVEN', [capRule('test.seven', 'person', 7, 7)]);
    const floor = await makeFloor(db, { rulePacks: ['DEMO.OPEN', 'TEST.SEVEN'] });
    await floor.addDebtor({ accounts: 6 });
    for (let i = 0; i < 50; i++) await floor.addReadyAgent();
    await attemptsBefore(floor.campaignId, 6);
    expect(await race(floor.campaignId)).toBe(1);
    expect(await count(`attempt where counted or state <> 'ended'`)).toBe(7);
  });

  it('give one of two persons the last call to the number that they share', async () => {
    await bindPack(db, 'TEST.SHARED', [capRule('test.shared', 'number', 7, 7)]);
    const floor = await makeFloor(db, { rulePacks: ['DEMO.OPEN', 'TEST.SHARED'] });
    await floor.addDebtor({ accounts: 3 });
    for (let i = 0; i < 50; i++) await floor.addReadyAgent();
    await attemptsBefore(floor.campaignId, 6);
    const other = await floor.addDebtor({ accounts: 3 });
    await db.query(
      `update phone set e164 = (select e164 from phone where debtor_id <> $1) where debtor_id = $1`,
      [other.debtorId],
    );
    expect(await race(floor.campaignId)).toBe(1);
    expect(await count(`attempt where counted or state <> 'ended'`)).toBe(7);
    expect(await count(`decision where denied_by = 'test.shared'`)).toBeGreaterThan(0);
  });
});

describe('any crew on any floor', () => {
  it('keeps the caps and loses nothing', async () => {
    await bindCaps();
    let floors = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          creditors: fc.integer({ min: 1, max: 2 }),
          numbers: fc.integer({ min: 1, max: 3 }),
          agents: fc.integer({ min: 1, max: 6 }),
          workers: fc.integer({ min: 1, max: 8 }),
          seed: fc.integer({ min: 1 }),
        }),
        async ({ workers, seed, ...size }) => {
          floors += 1;
          await db.query(`update agent_session set state = 'paused'`);
          const rulePacks = ['DEMO.OPEN', 'TEST.CAPS'];
          const floor = await makeSharedFloor(db, { ...size, rulePacks });
          const draws = seededDraws(seed);
          for (let round = 0; round < 4; round++) {
            let calls = 0;
            const stopped = (): boolean => calls++ > 16;
            const { campaignIds, sipInstanceId } = floor;
            const worker = {
              gate: makeGate(db),
              campaignIds,
              sipInstanceId,
              draw: () => draws.next(),
              stopped,
            };
            await Promise.all(Array.from({ length: workers }, () => workAtGate(worker)));
            await floor.hurry();
          }
          expect(await auditGate(db, CAPS)).toEqual([]);
          await sweepAfter(0);
          expect(await auditGate(db, CAPS)).toEqual([]);
        },
      ),
      {
        numRuns: 8,
        endOnFailure: true,
        // Draws alone are at times eight tiny floors, on which hardly anybody can be called.
        examples: [[{ creditors: 2, numbers: 3, agents: 6, workers: 8, seed: 1 }]],
      },
    );
    expect(floors).toBeGreaterThanOrEqual(8);
    expect(await count('attempt where counted')).toBeGreaterThan(10);
  });
});
