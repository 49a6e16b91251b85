import { runAutoStop } from '../../../dialer/auto-stop';
import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { createGate, type Gate } from '../../../dialer/create-gate';
import { claimForDialing, lookAtLease } from '../../../dialer/gate';
import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { sweep } from '../../../dialer/sweep';
import { releaseAgent, lockAgentSession } from '../../../src/db/agent-sessions';
import { readLedger } from '../../../src/db/call-history';
import {
  openAgentLeg,
  recordAnswered,
  recordConnected,
  recordEnded,
  recordRinging,
  updateLeg,
} from '../../../src/db/calls';
import { cancelRinging, listWithdrawn } from '../../../src/db/cancel-ringing';
import { openDatabase, type Database } from '../../../src/db/database';
import { readCampaignStats } from '../../../src/db/dialing-facts';
import { recordOutcome } from '../../../src/db/outcomes';
import { createPartitions } from '../../../src/db/partitions';
import { readEventsAfter, readStreamHead } from '../../../src/db/read/events';
import { beatSipInstance, reapDeadInstances } from '../../../src/db/sip-instances';
import { openCustomerLeg, readPermit, takeInviteSlot } from '../../../src/db/trunk-routing';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { ledgerTurn } from '../../../workers/ledger-turn';
import { eventually } from '../../support/eventually';
import { makeFloor, type Floor } from '../../support/floor';
import { TEST_SIGNER } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const MONTHS = 6;
/** As far back as the statements that run while dialing may look; the month before may be a part of it. */
const LOOKBACK_MS = 29 * 86_400_000;
const actor = 'test';
const limitMs = 60_000;

let test: TestDatabase;
let floor: Floor;
beforeAll(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
});
afterAll(() => test.drop());

const month = (back: number): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
    .toISOString()
    .slice(0, 7);
};

/** 300 calls a month of the same people, by the same campaign, agent and trunk, with all that they leave. */
async function fillMonths(): Promise<void> {
  const { sessionId, agentId } = await floor.addReadyAgent();
  for (let back = 1; back <= MONTHS; back += 1) {
    await createPartitions(test.db, month(back));
    await test.db.query(
      `with made as materialized (
         select overlay(first_id_at($1::timestamptz + n * interval '2 hours')::text
             placing right(new_id()::text, 12) from 25 for 12)::uuid as id,
           $1::timestamptz + n * interval '2 hours' as at, p.id as phone_id, p.debtor_id, a.id as account_id
         from generate_series(0, 299) n
         join lateral (select * from phone order by id offset n % 20 limit 1) p on true
         join account a on a.debtor_id = p.debtor_id),
       decided as (
         insert into decision (id, at, stage, verdict, record, facts, expires_at, creditor_id, campaign_id,
           account_id, debtor_id, phone_id, attempt_id)
         select id, at, 'invite', 'allow', '{}', '{}', at + interval '20 s', $2, $3, account_id, debtor_id,
           phone_id, id from made),
       attempted as (
         insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
           agent_id, agent_session_id, decision_id, invite_decision_id, state, result, counted, created_at,
           dialed_at, answered_at, connected_at, ended_at, trunk_id, sip_instance_id)
         select id, $2, $3, 1, account_id, debtor_id, phone_id, $4, $5, id, id, 'ended', 'connected', true, at,
           at, at, at, at, (select id from trunk limit 1), $6 from made),
       told as (
         insert into attempt_event (attempt_id, at, to_state, cause, actor)
         select id, at, 'reserved', 'permitted', 'test' from made),
       called as (insert into call (attempt_id, id, creditor_id) select id, id, $2 from made),
       legs as (
         insert into call_leg (call_id, kind, trunk_id, ended_at)
         select id, 'customer', (select id from trunk limit 1), at from made),
       ended as (
         insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
         select id, $2, account_id, debtor_id, 'NO_ANSWER', 'test' from made),
       compared as (
         insert into shadow_comparison (decision_id, pack_id, version, verdict, differs)
         select id, 'T', 1, 'allow', false from made),
       met as (
         insert into contact (at, direction, outcome, debtor_id, source, recorded_by)
         select at, 'in', 'conversation', debtor_id, 'test', 'test' from made),
       chained as (
         insert into ledger_entry (chain, seq, kind, subject_id, day, hash, signature_valid)
         select 'creditor:' || $2, $7 + row_number() over (order by id), 'decision', id, at::date, '\\x00', true
         from made),
       heard as (
         insert into agent_session_event (session_id, seq, at, to_state, cause, actor)
         select id, 1, at, 'ready', 'test', 'test' from made)
       insert into event (at, type, payload) select at, 'attempt.ended', '{}' from made`,
      [
        ...[`${month(back)}-01T00:00:00Z`, floor.creditorId, floor.campaignId, agentId, sessionId],
        ...[floor.sipInstanceId, (MONTHS - back) * 1_000],
      ],
    );
  }
  await test.db.query('delete from ledger_queue');
  await test.db.query(
    `insert into ledger_root (chain, day, first_seq, last_seq, root, head_hash, flawed, signature, key_id)
     select chain, max(day), min(seq), max(seq), '', '', 0, '', $1 from ledger_entry group by chain`,
    [TEST_SIGNER.keyId],
  );
  await test.db.query(
    `insert into ledger_head (chain, first_day, seq, hash, day)
     select chain, min(day), max(seq), '', max(day) from ledger_entry group by chain`,
  );
  await test.db.query(
    `update account set next_attempt_at = now() - interval '1 minute', attempt_count = 90`,
  );
  await test.db.query('delete from best_time_task');
  await test.db.query('update phone set position = 1');
  await test.db.query('vacuum analyze');
}

/** How often each month older than the lookback was searched, by any statement so far: Postgres' own count. */
async function searches(): Promise<Map<string, number>> {
  const first = new Date(Date.now() - LOOKBACK_MS).toISOString().slice(0, 7).replace('-', '_');
  const { rows } = await test.db.query<{ name: string; scans: number }>(
    `select relname as name, (seq_scan + coalesce(idx_scan, 0))::int as scans from pg_stat_user_tables
     where relname ~ '_\\d{4}_\\d\\d$' and right(relname, 7) < $1`,
    [first],
  );
  return new Map(rows.map(({ name, scans }) => [name, scans]));
}

/** The old months that `work` searched, on connections of its own. */
async function searchedBy(work: (db: Database) => Promise<void>): Promise<string[]> {
  await tellCounts(test.db);
  const before = await searches();
  const url = new URL(test.url);
  url.searchParams.set('application_name', 'dialing');
  const db = openDatabase({ url: url.href, maxConnections: 4, onIdleError: () => undefined });
  try {
    await work(db);
  } finally {
    await db.close();
  }
  // a server process that has ended has told what it did
  await eventually('the connections to end', 10_000, async () => {
    const { rowCount } = await test.db.query(
      `select from pg_stat_activity where application_name = 'dialing'`,
    );
    return rowCount === 0 ? true : null;
  });
  const after = await searches();
  return [...after].filter(([name, scans]) => scans !== before.get(name)).map(([name]) => name);
}

/** A server process tells what it searched when it likes, here now: all those of the pool at once. */
async function tellCounts({ pool }: Database): Promise<void> {
  const telling = Array.from({ length: pool.options.max }, () =>
    pool.query('select pg_stat_force_next_flush(), pg_sleep(0.1)'),
  );
  await Promise.all(telling);
}

const queue: SipQueue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const onError = (error: unknown): void => {
  throw error as Error;
};

/** A call's whole life, as scheduler, sip role, agent and workers write it. */
async function callLife(gate: Gate): Promise<void> {
  const { db } = gate;
  // their moment is now, whatever was learnt
  await db.query(
    `insert into best_time_plan (account_id, planned_for) select id, next_attempt_at from account
     where next_attempt_at <= now()
     on conflict (account_id) do update set planned_for = excluded.planned_for`,
  );
  expect(await runCampaignTurn({ gate, queue, onError })).toMatchObject({ reserved: 1 });
  const { rows } = await db.query<{ attemptId: string; debtorId: string; sessionId: string }>(
    `select o.attempt_id as "attemptId", o.debtor_id as "debtorId", s.id as "sessionId"
     from open_attempt o, agent_session s where s.attempt_id = o.attempt_id`,
  );
  const { attemptId, debtorId, sessionId } = rows[0]!;
  const looking = { attemptId, sipInstanceId: floor.sipInstanceId };
  expect(await lookAtLease(gate, looking)).toMatchObject({ verdict: 'allow' });
  const claimed = await claimForDialing(gate, looking);
  if (claimed.verdict !== 'allow') throw new Error('not claimed');
  const { callId, agentId } = claimed;
  expect(await readPermit(db, { attemptId })).toBe('holds');
  const trunk = await db.query<{ id: string }>('select id from trunk');
  const trunkId = trunk.rows[0]!.id;
  expect(await takeInviteSlot(db, trunkId, 1_000)).toMatchObject({ kind: 'granted' });
  const legId = await openCustomerLeg(db, { callId, trunkId, attemptId });
  await updateLeg(db, { id: legId!, callId }, { ringingAt: new Date() });
  expect(await recordRinging(db, { attemptId, actor, limitMs })).toBe('written');
  expect(await listWithdrawn(db, [attemptId])).toEqual([]);
  expect(await recordAnswered(db, { attemptId, actor, limitMs })).toBe('written');
  await openAgentLeg(db, {
    ...{ callId, agentId, sipCallId: 'a', invitedAt: new Date(), answeredAt: new Date() },
  });
  expect(await recordConnected(db, { attemptId, callId, actor, limitMs })).toBe('written');
  await db.transaction((tx) => cancelRinging(tx, { who: { debtorId } }));
  await db.transaction((tx) => cancelRinging(tx, { who: { e164: '+6281200001234' } }));
  await runAutoStop({ db, onError });
  await sweep(db, queue);
  await recordEnded(db, {
    attemptId,
    actor,
    result: 'connected',
    cause: 'bye',
    wrapUpLimitMs: 60_000,
  });
  const input = { code: 'NO_ANSWER', rootCause: null, note: null, callbackAt: null, promise: null };
  await db.transaction((tx) =>
    recordOutcome(tx, { attemptId, onlyAgentId: null, input: input as never, actor }),
  );
  await db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, sessionId);
    if (session?.state === 'wrap_up') await releaseAgent(tx, session, 'test', actor);
  });
}

/** What else runs all the time. */
async function everySecond(gate: Gate): Promise<void> {
  const { db } = gate;
  const head = await readStreamHead(db);
  await readEventsAfter(db, head, 100);
  await sweep(db, queue);
  await beatSipInstance(db, floor.sipInstanceId);
  await reapDeadInstances(db, { healthyForMs: 60_000, actor });
  await runAutoStop({ db, onError });
  await learnOutcomes(gate);
  await ledgerTurn({ db, signer: TEST_SIGNER })();
  const since = new Date(Date.now() - LOOKBACK_MS);
  const { rows } = await db.query<{ id: string; e164: string; phoneId: string }>(
    'select debtor_id as id, e164, id as "phoneId" from phone limit 1',
  );
  const { id: debtorId, e164, phoneId } = rows[0]!;
  await readLedger(db, { debtorId, e164, phoneId, since, askingAttemptId: null });
  await readCampaignStats(db, floor.campaignId, since);
}

it('what runs while dialing searches none of the months that are past', async () => {
  for (let i = 0; i < 20; i += 1) await floor.addDebtor();
  await fillMonths();
  const searched = await searchedBy(async (db) => {
    const gate = createGate({ db, signer: TEST_SIGNER, engine: 'test' });
    await beatSipInstance(db, floor.sipInstanceId);
    // often enough for statements that the server has planned for good
    for (let n = 0; n < 7; n += 1) {
      await callLife(gate);
      await everySecond(gate);
    }
  });
  expect(searched).toEqual([]);
  // the measure itself: one statement that does look back is seen in every old month
  const looked = await searchedBy(async (db) => {
    await db.query('select count(*) from attempt');
  });
  expect(looked).toContain(`attempt_${month(2).replace('-', '_')}`);
  expect(looked.every((name) => name.startsWith('attempt_'))).toBe(true);
}, 120_000);
