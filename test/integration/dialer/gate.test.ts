import { claimForDialing } from '../../../dialer/gate';
import { spreadMs } from '../../../dialer/deny';
import { reserveNext } from '../../../dialer/reserve';
import { sweep } from '../../../dialer/sweep';
import { findAgentSession } from '../../../src/db/agent-sessions';
import { endAttempt, findAttempt } from '../../../src/db/attempts';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { makeFloor } from '../../support/floor';
import { expirePermit, makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const silentQueue: SipQueue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

async function reserve(campaignId: string): Promise<string> {
  const result = await reserveNext(makeGate(test.db), campaignId);
  if (result.kind !== 'reserved') throw new Error(`not reserved: ${result.kind}`);
  return result.attemptId;
}
const one = async <T extends object>(sql: string, values: unknown[]): Promise<T> => {
  const { rows } = await test.db.query<T & Record<string, unknown>>(sql, values);
  return rows[0] as T;
};

describe('reserve', () => {
  it('writes permit, attempt, open attempt and the agent together', async () => {
    const floor = await makeFloor(test.db);
    const { debtorId } = await floor.addDebtor();
    expect(await reserveNext(makeGate(test.db), floor.campaignId)).toEqual({ kind: 'no_agent' });
    const { sessionId } = await floor.addReadyAgent();
    const attemptId = await reserve(floor.campaignId);
    expect(await findAttempt(test.db, attemptId)).toMatchObject({
      state: 'reserved',
      debtorId,
      counted: false,
    });
    expect(await findAgentSession(test.db, sessionId)).toMatchObject({
      state: 'reserved',
      attemptId,
    });
    expect(
      await one('select verdict, stage, attempt_id from decision where attempt_id = $1', [
        attemptId,
      ]),
    ).toMatchObject({ verdict: 'allow', stage: 'reserve' });
  });

  it('gives each person one open attempt under forty workers and many accounts', async () => {
    const floor = await makeFloor(test.db);
    for (let i = 0; i < 5; i++) await floor.addDebtor({ accounts: 4 });
    for (let i = 0; i < 20; i++) await floor.addReadyAgent();
    const results = await Promise.all(
      Array.from({ length: 40 }, () => reserveNext(makeGate(test.db), floor.campaignId)),
    );
    expect(results.filter((r) => r.kind === 'reserved').length).toBeLessThanOrEqual(5);
    // a loser of a race sees nothing this turn; the next turns take what is left
    for (let i = 0; i < 5; i++) await reserveNext(makeGate(test.db), floor.campaignId);
    const { rows } = await test.db.query(
      `select debtor_id, count(*)::int as n from attempt where campaign_id = $1 group by 1`,
      [floor.campaignId],
    );
    expect(rows.map((row) => row.n as number)).toEqual([1, 1, 1, 1, 1]);
  });

  it('writes a denial with its reason for each account that has no number of the debtor', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor({ owner: 'emergency' });
    await floor.addReadyAgent();
    expect(await reserveNext(makeGate(test.db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 1,
    });
    expect(
      await one(`select denied_by, phone_id from decision where account_id = $1`, accountIds),
    ).toEqual({ denied_by: 'engine.no_dialable_phone', phone_id: null });
    expect(await one('select blocked_reason from account where id = $1', accountIds)).toEqual({
      blocked_reason: 'no_dialable_phone',
    });
  });

  it('moves an account that may not be called to its next allowed instant', async () => {
    // three attempts today: the fourth is refused until tomorrow
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor();
    await floor.addReadyAgent();
    for (let i = 0; i < 3; i++) {
      const attemptId = await reserve(floor.campaignId);
      const claim = await claimForDialing(makeGate(test.db), {
        attemptId,
        sipInstanceId: floor.sipInstanceId,
      });
      expect(claim.verdict).toBe('allow');
      await test.db.transaction((tx) =>
        endAttempt(tx, attemptId, { result: 'busy', cause: 'test', actor: 'test', sipStatus: 486 }),
      );
      await test.db.query('update account set next_attempt_at = now() where id = $1', accountIds);
    }
    expect(await reserveNext(makeGate(test.db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 1,
    });
    const decision = await one<{ denied_by: string; next_allowed_at: Date }>(
      `select denied_by, next_allowed_at from decision where account_id = $1 and verdict = 'deny'`,
      accountIds,
    );
    expect(decision.denied_by).toBe('demo.attempts-a-day');
    const account = await one<{ next_attempt_at: Date }>(
      'select next_attempt_at from account where id = $1',
      accountIds,
    );
    // spread by account, so that not everybody comes back in one instant
    const afterMs = account.next_attempt_at.getTime() - decision.next_allowed_at.getTime();
    expect(afterMs).toBe(spreadMs(accountIds[0]!));
    expect(afterMs).toBeLessThan(60_000);
  });
});

describe('the pack for simulated people', () => {
  it('never reaches a trunk beyond this machine', async () => {
    const floor = await makeFloor(test.db);
    const trunk = await one<{ id: string }>(
      `insert into trunk (name, host, caller_ids) values ('real', '203.0.113.7', '{+622100002}')
       returning id`,
      [],
    );
    await test.db.query(`update campaign set settings = $2 where id = $1`, [
      floor.campaignId,
      JSON.stringify({ trunkIds: [trunk.id] }),
    ]);
    const { accountIds } = await floor.addDebtor();
    await floor.addReadyAgent();
    expect(await reserveNext(makeGate(test.db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 1,
    });
    expect(await one('select denied_by from decision where account_id = $1', accountIds)).toEqual({
      denied_by: 'engine.simulated_people_only',
    });
  });
});

describe('claim', () => {
  const reserved = async () => {
    const floor = await makeFloor(test.db);
    const debtor = await floor.addDebtor();
    const agent = await floor.addReadyAgent();
    const attemptId = await reserve(floor.campaignId);
    return { floor, ...debtor, ...agent, attemptId };
  };

  it('lets one of many callers dial', async () => {
    const { floor, attemptId } = await reserved();
    const claims = await Promise.all(
      Array.from({ length: 8 }, () =>
        claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId }),
      ),
    );
    const verdicts = claims.map((claim) => claim.verdict).sort();
    expect(verdicts).toEqual(['allow', ...Array<string>(7).fill('deny')]);
    expect(await findAttempt(test.db, attemptId)).toMatchObject({
      state: 'dialing',
      counted: true,
    });
  });

  it.each([
    ['paid meanwhile', `update account set status = 'paid' where id = $1`, 'engine.account_paid'],
    [
      'disputed meanwhile',
      `update account set blocked_reason = 'dispute' where id = $1`,
      'engine.hold_dispute',
    ],
    [
      'campaign paused meanwhile',
      `update campaign set state = 'pausing' where id = (select campaign_id from attempt where account_id = $1)`,
      'engine.campaign_not_running',
    ],
    [
      'number gone meanwhile',
      `update phone set status = 'wrong_number' where debtor_id = (select debtor_id from account where id = $1)`,
      'engine.no_dialable_phone',
    ],
  ])('refuses with fresh facts: %s', async (_title, sql, deniedBy) => {
    const { floor, accountIds, sessionId, attemptId } = await reserved();
    await test.db.query(sql, accountIds);
    expect(
      await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId }),
    ).toEqual({ verdict: 'deny', attemptId, deniedBy });
    expect(await findAttempt(test.db, attemptId)).toMatchObject({
      state: 'ended',
      result: 'blocked_by_rule',
      counted: false,
    });
    expect(await findAgentSession(test.db, sessionId)).toMatchObject({ state: 'ready' });
    expect(
      await one(`select stage from decision where attempt_id = $1 and verdict = 'deny'`, [
        attemptId,
      ]),
    ).toEqual({ stage: 'invite' });
    const hold = await one<{ blocked_reason: string | null }>(
      'select blocked_reason from account where id = $1',
      accountIds,
    );
    if (deniedBy === 'engine.hold_dispute') expect(hold.blocked_reason).toBe('dispute');
  });

  it('leaves an account dialable when its number is gone and the person has another', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor({ phones: 2 });
    await floor.addReadyAgent();
    const attemptId = await reserve(floor.campaignId);
    await test.db.query(
      `update phone set status = 'retired' where id = (select phone_id from attempt where id = $1)`,
      [attemptId],
    );
    expect(
      await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId }),
    ).toMatchObject({ deniedBy: 'engine.no_dialable_phone' });
    expect(await one('select blocked_reason from account where id = $1', accountIds)).toEqual({
      blocked_reason: null,
    });
  });

  it('keeps a hold that was put on the account during the attempt', async () => {
    const { floor, accountIds, attemptId } = await reserved();
    await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId });
    await test.db.query(
      `update account set blocked_reason = 'dispute', next_attempt_at = null where id = $1`,
      accountIds,
    );
    await test.db.transaction((tx) =>
      endAttempt(tx, attemptId, { result: 'no_answer', cause: 'test', actor: 'test' }),
    );
    expect(
      await one('select blocked_reason, next_attempt_at from account where id = $1', accountIds),
    ).toEqual({ blocked_reason: 'dispute', next_attempt_at: null });
  });

  it('refuses a permit that has run out, and gives person and agent back', async () => {
    const { floor, accountIds, attemptId, sessionId } = await reserved();
    await expirePermit(test.db, attemptId);
    expect(
      await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId }),
    ).toMatchObject({ deniedBy: 'engine.permit_expired' });
    expect(await findAgentSession(test.db, sessionId)).toMatchObject({ state: 'ready' });
    await test.db.query('update account set next_attempt_at = now() where id = any($1)', [
      accountIds,
    ]);
    await expect(reserve(floor.campaignId)).resolves.toEqual(expect.any(String));
  });
});

describe('sweep', () => {
  it('ends what outlived its limit: reserved as expired, dialing as unknown and counted', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    await floor.addDebtor();
    await floor.addReadyAgent();
    await floor.addReadyAgent();
    const [first, second] = [await reserve(floor.campaignId), await reserve(floor.campaignId)];
    await claimForDialing(makeGate(test.db), {
      attemptId: second,
      sipInstanceId: floor.sipInstanceId,
    });
    await test.db.query(
      `update attempt set state_limit_at = now() - interval '1 min' where id in ($1, $2)`,
      [first, second],
    );
    const report = await sweep(test.db, silentQueue);
    expect(report.attemptsEnded).toBeGreaterThanOrEqual(2);
    expect(await findAttempt(test.db, first)).toMatchObject({ result: 'expired', counted: false });
    expect(await findAttempt(test.db, second)).toMatchObject({ result: 'unknown', counted: true });
  });

  it('pauses an agent whose wrap-up ran out and leaves the account blocked', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor();
    const { agentId, sessionId } = await floor.addReadyAgent();
    const attemptId = await reserve(floor.campaignId);
    await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId: floor.sipInstanceId });
    await test.db.query(`update attempt set state = 'connected' where id = $1`, [attemptId]);
    await test.db.query(`update agent_session set state = 'in_call' where id = $1`, [sessionId]);
    await test.db.transaction((tx) =>
      endAttempt(tx, attemptId, { result: 'connected', cause: 'bye', actor: 'test' }),
    );
    expect(await findAgentSession(test.db, sessionId)).toMatchObject({
      state: 'wrap_up',
      attemptId,
    });
    await test.db.query(
      `update agent_session set state_limit_at = now() - interval '1 min' where id = $1`,
      [sessionId],
    );
    await sweep(test.db, silentQueue);
    expect(await findAgentSession(test.db, sessionId)).toMatchObject({
      state: 'paused',
      pauseReason: 'wrap_up_timeout',
    });
    expect(
      await one('select blocked_reason, next_attempt_at from account where id = $1', accountIds),
    ).toEqual({ blocked_reason: 'outcome_missing', next_attempt_at: null });
    expect(
      await one(
        `select payload->>'attemptId' as id, payload->>'outcome' as outcome from event
         where type = 'outcome.missed' and agent_id = $1`,
        [agentId],
      ),
    ).toEqual({ id: attemptId, outcome: 'NOT_RECORDED' });
  });
});
