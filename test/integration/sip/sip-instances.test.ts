import { randomUUID } from 'node:crypto';
import { claimForDialing } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import {
  beatSipInstance,
  closeSipInstance,
  INSTANCE_DEAD_AFTER_MS,
  reapDeadInstances,
  registerSipInstance,
} from '../../../src/db/sip-instances';
import { recordAnswered, recordConnected, recordEnded, recordRinging } from '../../../src/db/calls';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
let floor: Floor;
const HEALTHY = { healthyForMs: INSTANCE_DEAD_AFTER_MS + 1, actor: 'sweep' };

beforeEach(async () => {
  database = await createTestDatabase();
  floor = await makeFloor(database.db);
});
afterEach(() => database.drop());

const silence = (): Promise<unknown> =>
  database.db.query(
    `update sip_instance set heartbeat_at = now() - interval '20 s' where id = $1`,
    [floor.sipInstanceId],
  );

/** An agent with an attempt in the wanted state. */
const attemptIn = async (state: 'reserved' | 'dialing' | 'ringing' | 'answered' | 'connected') => {
  const agent = await floor.addReadyAgent();
  await floor.addDebtor();
  const reserved = await reserveNext(makeGate(database.db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
  const { attemptId } = reserved;
  const input = { attemptId, actor: 'test', limitMs: 60_000 };
  if (state !== 'reserved') {
    const claim = await claimForDialing(makeGate(database.db), {
      attemptId,
      sipInstanceId: floor.sipInstanceId,
    });
    if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
    const steps = ['ringing', 'answered', 'connected'].indexOf(state) + 1;
    const moves = [
      () => recordRinging(database.db, input),
      () => recordAnswered(database.db, input),
      () => recordConnected(database.db, { ...input, callId: claim.callId }),
    ];
    for (const move of moves.slice(0, steps)) expect(await move()).toBe('written');
  }
  return { ...agent, attemptId };
};

const results = async (): Promise<Record<string, unknown>[]> =>
  (
    await database.db.query<Record<string, unknown>>(
      `select t.id, t.state, t.result, s.state as session, s.sip_instance_id as instance,
         (select count(*)::int from open_attempt) as open
       from attempt t join agent_session s on s.id = t.agent_session_id`,
    )
  ).rows;

test.each([
  ['reserved', 'expired', 'lost'],
  ['dialing', 'unknown', 'lost'],
  ['ringing', 'unknown', 'lost'],
  ['answered', 'unknown', 'lost'],
  ['connected', 'connected', 'wrap_up'],
] as const)('a dead instance with an attempt %s: %s, agent %s', async (state, result, session) => {
  await attemptIn(state);
  await silence();
  const report = await reapDeadInstances(database.db, HEALTHY);
  expect(report).toMatchObject({ instances: [floor.sipInstanceId], attemptsEnded: 1 });
  expect(await results()).toMatchObject([
    { state: 'ended', result, session, instance: null, open: 0 },
  ]);
  // buried once
  expect(await reapDeadInstances(database.db, HEALTHY)).toEqual({
    instances: [],
    attemptsEnded: 0,
    sessionsMoved: 0,
  });
});

test('a softphone that was registered is waited for', async () => {
  const { agentId } = await attemptIn('ringing');
  await database.db.query(
    `insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
       source_port, call_id, cseq, expires_at)
     values ($1, $2, 'sip:a@x.invalid', 'ws', '127.0.0.1', 1, 'c', 1, now() + interval '60 s')`,
    [agentId, floor.sipInstanceId],
  );
  await silence();
  await reapDeadInstances(database.db, HEALTHY);
  expect(await results()).toMatchObject([{ result: 'unknown', session: 'connecting' }]);
  expect((await database.db.query('select 1 from registration')).rowCount).toBe(0);
});

test('a caller that has not seen the database for long enough buries nobody', async () => {
  await attemptIn('connected');
  await silence();
  const report = await reapDeadInstances(database.db, {
    healthyForMs: INSTANCE_DEAD_AFTER_MS,
    actor: 'sweep',
  });
  expect(report.instances).toEqual([]);
  expect(await results()).toMatchObject([{ state: 'connected', session: 'in_call' }]);
});

test('a beating instance is left alone, and a buried one learns of it', async () => {
  await attemptIn('connected');
  expect(await beatSipInstance(database.db, floor.sipInstanceId)).toBe(true);
  expect((await reapDeadInstances(database.db, HEALTHY)).instances).toEqual([]);
  await silence();
  await reapDeadInstances(database.db, HEALTHY);
  expect(await beatSipInstance(database.db, floor.sipInstanceId)).toBe(false);
});

test('two reapers at once bury once', async () => {
  await attemptIn('ringing');
  await attemptIn('connected');
  await silence();
  const reports = await Promise.all([
    reapDeadInstances(database.db, HEALTHY),
    reapDeadInstances(database.db, HEALTHY),
  ]);
  expect(reports.flatMap((report) => report.instances)).toHaveLength(1);
  expect(reports.reduce((sum, report) => sum + report.attemptsEnded, 0)).toBe(2);
});

test('the writes of a process that was buried are refused', async () => {
  const { attemptId } = await attemptIn('ringing');
  await silence();
  await reapDeadInstances(database.db, HEALTHY);
  const input = { attemptId, actor: 'late', limitMs: 1 };
  expect(await recordAnswered(database.db, input)).toBe('conflict');
  expect(
    await recordEnded(database.db, { attemptId, actor: 'late', result: 'no_answer', cause: 'x' }),
  ).toBe('conflict');
  expect(await results()).toMatchObject([{ result: 'unknown' }]);
});

test('closing an instance leaves nothing in its name', async () => {
  const other = randomUUID();
  await registerSipInstance(database.db, other, 'other');
  await attemptIn('reserved');
  await floor.addReadyAgent();
  await closeSipInstance(database.db, floor.sipInstanceId);
  const { rows } = await database.db.query(
    `select 1 from agent_session where sip_instance_id is not null and ended_at is null
     union all select 1 from attempt where state <> 'ended'`,
  );
  expect(rows).toEqual([]);
  expect(await beatSipInstance(database.db, other)).toBe(true);
});
