import { randomUUID } from 'node:crypto';
import { reserveNext } from '../../../dialer/reserve';
import { findAttempt } from '../../../src/db/attempts';
import { createImport, holdImport } from '../../../src/db/imports';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { sweepTurn } from '../../../workers/sweep';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
});
afterEach(() => test.drop());

const queue = (send: () => Promise<void>): SipQueue => ({
  send,
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
});
const rings = queue(() => Promise.resolve());
const away = queue(() => Promise.reject(new Error('the queue is away')));

const reserved = async (): Promise<string> => {
  await floor.addDebtor();
  await floor.addReadyAgent();
  const result = await reserveNext(makeGate(test.db), floor.campaignId);
  if (result.kind !== 'reserved') throw new Error(result.kind);
  return result.attemptId;
};

it('leaves passed limits alone until the database has been back for five seconds', async () => {
  const attemptId = await reserved();
  await test.db.query(`update attempt set state_limit_at = now() - interval '1 min'`);
  let nowMs = 0;
  const turn = sweepTurn({ db: test.db, queue: rings, nowMs: () => nowMs });
  expect(await turn()).toMatchObject({ attemptsEnded: 0 });
  nowMs = 4_999;
  expect(await turn()).toMatchObject({ attemptsEnded: 0 });
  nowMs = 5_000;
  expect(await turn()).toMatchObject({ attemptsEnded: 1 });
  expect(await findAttempt(test.db, attemptId)).toMatchObject({ result: 'expired' });
});

it('ends what is overdue while the queue is away', async () => {
  const waiting = await reserved();
  const overdue = await reserved();
  await test.db.query(`update attempt set state_since = now() - interval '10 s'`);
  await test.db.query(
    `update attempt set state_limit_at = now() - interval '1 min' where id = $1`,
    [overdue],
  );
  let nowMs = 0;
  const turn = sweepTurn({ db: test.db, queue: away, nowMs: () => nowMs });
  await turn();
  nowMs = 6_000;
  expect(await turn()).toMatchObject({ rungAgain: 0, attemptsEnded: 1 });
  expect(await findAttempt(test.db, overdue)).toMatchObject({ result: 'expired' });
  expect(await findAttempt(test.db, waiting)).toMatchObject({ state: 'reserved' });
});

it('fails imports whose process is gone, and those alone', async () => {
  const input = {
    creditorId: floor.creditorId,
    kind: 'accounts',
    fileName: 'a.csv',
    format: 'csv',
  } as const;
  const gone = await createImport(test.db, { ...input, dryRun: false });
  const live = await createImport(test.db, { ...input, dryRun: false });
  await test.db.query(`update import_batch set started_at = now() - interval '2 hours'`);
  const fresh = await createImport(test.db, { ...input, dryRun: false });
  await test.db.session(async (session) => {
    await holdImport(session, live);
    expect(await sweepTurn({ db: test.db, queue: rings })()).toMatchObject({ importsFailed: 1 });
  });
  const { rows } = await test.db.query<{ id: string; state: string }>(
    'select id, state from import_batch',
  );
  expect(Object.fromEntries(rows.map(({ id, state }) => [id, state]))).toEqual({
    [gone]: 'failed',
    [live]: 'running',
    [fresh]: 'running',
  });
});

it('forgets answers that nobody can ask for any more', async () => {
  const { rows } = await test.db.query<{ id: string }>(
    `insert into api_key (role, name, key_prefix, key_sha256) values ('admin', 'a', 'a', $1)
     returning id`,
    [Buffer.from(randomUUID())],
  );
  for (const [key, age] of [
    ['old', '25 hours'],
    ['young', '23 hours'],
  ]) {
    await test.db.query(
      `insert into idempotency_key (api_key_id, key, request_sha256, created_at)
       values ($1, $2, '', now() - $3::interval)`,
      [rows[0]!.id, key, age],
    );
  }
  const turn = sweepTurn({ db: test.db, queue: rings });
  expect(await turn()).toMatchObject({ answersForgotten: 1 });
  const left = await test.db.query('select key from idempotency_key');
  expect(left.rows).toEqual([{ key: 'young' }]);
});
