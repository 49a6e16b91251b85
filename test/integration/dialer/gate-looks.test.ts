import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createGate, type Gate } from '../../../dialer/create-gate';
import type { DecisionRecord } from '../../../dialer/decision-record';
import { decideCall } from '../../../dialer/gate-decision';
import type { GateFacts } from '../../../dialer/gate-facts';
import { claimForDialing, lookAtLease } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { recordAnswered, recordConnected, recordEnded, recordRinging } from '../../../src/db/calls';
import { canonicalJson } from '../../../src/domain/canonical-json';
import { createSigner, publicKeyOf, verifySignature } from '../../../src/proof/sign';
import { alterKept } from '../../support/alter-kept';
import { eventually } from '../../support/eventually';
import { makeFloor, type Floor } from '../../support/floor';
import { expirePermit, makeGate, TEST_SIGNER } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
let gate: Gate;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  gate = makeGate(test.db);
  floor = await makeFloor(test.db);
});
afterEach(() => test.drop());

const row = async <T extends object>(sql: string, values: unknown[] = []): Promise<T> =>
  (await test.db.query<T & Record<string, unknown>>(sql, values)).rows[0] as T;

async function reserved(): Promise<{ attemptId: string; accountId: string; debtorId: string }> {
  const { accountIds, debtorId } = await floor.addDebtor();
  await floor.addReadyAgent();
  const result = await reserveNext(gate, floor.campaignId);
  if (result.kind !== 'reserved') throw new Error(result.kind);
  return { attemptId: result.attemptId, accountId: accountIds[0]!, debtorId };
}
const looking = (attemptId: string) => ({ attemptId, sipInstanceId: floor.sipInstanceId });
const claim = (attemptId: string) => claimForDialing(gate, looking(attemptId));
const lease = (attemptId: string) => lookAtLease(gate, looking(attemptId));

interface Kept {
  readonly stage: string;
  readonly record: string;
  readonly facts: string;
  readonly signature: Buffer;
}
const decisions = async (attemptId: string): Promise<Kept[]> =>
  (
    await test.db.query<Kept & Record<string, unknown>>(
      'select stage, record, facts, signature from decision where attempt_id = $1 order by id',
      [attemptId],
    )
  ).rows;

describe('three looks', () => {
  it('leave three signed records, which the kept facts decide again to the letter', async () => {
    const { attemptId } = await reserved();
    expect(await lease(attemptId)).toMatchObject({ verdict: 'allow' });
    expect(await claim(attemptId)).toMatchObject({ verdict: 'allow' });
    const kept = await decisions(attemptId);
    expect(kept.map(({ stage }) => stage)).toEqual(['reserve', 'lease', 'invite']);
    const binding = await gate.rules.bindingAt(test.db, new Date());
    for (const { record, facts, signature } of kept) {
      const publicKey = publicKeyOf(TEST_SIGNER.publicKey);
      expect(verifySignature(publicKey, record, signature)).toBe(true);
      const said = JSON.parse(record) as DecisionRecord;
      const packs = said.packs.map(
        (named) => binding.packs.find(({ sha256 }) => sha256 === named.sha256)!.pack,
      );
      const again = decideCall(JSON.parse(facts) as GateFacts, { packs, calendars: {} });
      for (const [name, value] of Object.entries(again)) {
        expect(canonicalJson(said[name as keyof DecisionRecord])).toBe(canonicalJson(value));
      }
      expect(facts).not.toContain('+62');
      expect(facts).not.toContain('Orang');
    }
    expect(
      await row('select invite_decision_id = $2 as linked from attempt where id = $1', [
        attemptId,
        (JSON.parse(kept[2]!.record) as DecisionRecord).id,
      ]),
    ).toEqual({ linked: true });
  });

  it('give a job back that may not be dialed any more, before the agent is rung', async () => {
    const { attemptId, accountId, debtorId } = await reserved();
    await test.db.query(
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'hardship', 'asked for time', 'test', 'test')`,
      [debtorId],
    );
    expect(await lease(attemptId)).toEqual({
      verdict: 'deny',
      attemptId,
      deniedBy: 'santun.base.hold',
    });
    expect(await row('select state, result from attempt where id = $1', [attemptId])).toEqual({
      state: 'ended',
      result: 'blocked_by_rule',
    });
    expect(
      await row('select state from agent_session where ended_at is null and attempt_id is null'),
    ).toEqual({ state: 'ready' });
    const { later } = await row<{ later: boolean }>(
      'select next_attempt_at > now() as later from account where id = $1',
      [accountId],
    );
    expect(later).toBe(true);
  });
});

describe('a permit', () => {
  const invalid = { verdict: 'deny', deniedBy: 'engine.permit_invalid' };
  const tamper = (attemptId: string, set: string): Promise<void> =>
    alterKept(
      test.db,
      `update decision set ${set} where id = (select decision_id from attempt where id = '${attemptId}')`,
    );

  it.each([
    ['a byte of its record', `record = replace(record, '"verdict":"allow"', '"verdict":"allox"')`],
    ['its hash', `record_sha256 = decode(repeat('00', 32), 'hex')`],
    ['its signature', `signature = decode(repeat('00', 64), 'hex')`],
    ['its signature taken away', `signature = null, key_id = null, record_sha256 = null`],
    ['the expiry beside it', `expires_at = expires_at + interval '1 hour'`],
  ])('that was altered opens no line: %s', async (_what, set) => {
    const { attemptId } = await reserved();
    await tamper(attemptId, set);
    expect(await lease(attemptId)).toMatchObject(invalid);
    expect(await row('select state, result, counted from attempt')).toEqual({
      state: 'ended',
      result: 'expired',
      counted: false,
    });
  });

  it('of another attempt opens no line', async () => {
    const first = await reserved();
    const second = await reserved();
    await test.db.query(
      'update attempt set decision_id = (select decision_id from attempt where id = $2) where id = $1',
      [first.attemptId, second.attemptId],
    );
    expect(await claim(first.attemptId)).toMatchObject(invalid);
    expect(await claim(second.attemptId)).toMatchObject({ verdict: 'allow' });
  });

  it('for a call of another mode opens no line', async () => {
    const { attemptId } = await reserved();
    await test.db.query(`update attempt set mode = 'manual' where id = $1`, [attemptId]);
    expect(await claim(attemptId)).toMatchObject(invalid);
  });

  it('that runs out while the look waits for a lock opens no line', async () => {
    const { attemptId, accountId } = await reserved();
    const expiresInMs = 1_000;
    let claiming: ReturnType<typeof claim> | undefined;
    await test.db.transaction(async (tx) => {
      await tx.query('select from account where id = $1 for no key update', [accountId]);
      await expirePermit(test.db, attemptId, expiresInMs);
      claiming = claim(attemptId);
      await eventually('the permit to run out', 5_000, async () => {
        const { over } = await row<{ over: boolean }>(
          `select expires_at < clock_timestamp() as over from decision where attempt_id = $1`,
          [attemptId],
        );
        return over || null;
      });
    });
    expect(await claiming).toMatchObject({ verdict: 'deny', deniedBy: 'engine.permit_expired' });
  });

  it('signed with another key opens no line', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = createSigner(
      createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    );
    const { attemptId } = await reserved();
    const other = createGate({ db: test.db, signer, engine: 'test' });
    expect(await claimForDialing(other, looking(attemptId))).toMatchObject(invalid);
  });
});

describe('what no rule lifts', () => {
  it.each([
    ['all', null],
    ['creditor', () => floor.creditorId],
    ['campaign', () => floor.campaignId],
  ] as const)('a kill switch on %s', async (scope, scopeId) => {
    const { attemptId } = await reserved();
    await test.db.query(
      `insert into kill_switch (scope, scope_id, reason, pulled_by) values ($1, $2, 'test', 'test')`,
      [scope, scopeId?.() ?? null],
    );
    expect(await claim(attemptId)).toMatchObject({ deniedBy: 'engine.kill_switch' });
  });

  it('a kill switch on the only trunk', async () => {
    const { attemptId } = await reserved();
    await test.db.query(
      `insert into kill_switch (scope, scope_id, reason, pulled_by)
       select 'trunk', id, 'test', 'test' from trunk`,
    );
    expect(await claim(attemptId)).toMatchObject({ deniedBy: 'engine.kill_switch' });
  });

  it.each([-1_500, 1_500])('a clock that is %d ms off', async (offMs) => {
    const { attemptId } = await reserved();
    const skewed = { ...gate, clock: () => new Date(Date.now() + offMs) };
    expect(await claimForDialing(skewed, looking(attemptId))).toMatchObject({
      deniedBy: 'engine.clock_skew',
    });
  });

  it('is listed before the rules that fail as well', async () => {
    const { attemptId, debtorId } = await reserved();
    await test.db.query(`update account set status = 'paid'`);
    await test.db.query(
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'dispute', 'r', 'test', 'test')`,
      [debtorId],
    );
    await claim(attemptId);
    const { record } = (await decisions(attemptId)).at(-1)!;
    const { failing, nextAllowedAt } = JSON.parse(record) as DecisionRecord;
    expect(failing.map(({ rule, kind }) => [rule, kind])).toEqual([
      ['engine.account_paid', 'engine'],
      ['santun.base.hold', 'hold'],
    ]);
    expect(failing[0]?.cite).toMatch(/^invariant: /);
    expect(nextAllowedAt).toBeNull();
  });
});

describe('another number of the person', () => {
  it('is called when only the first is held', async () => {
    const { debtorId } = await floor.addDebtor({ phones: 2 });
    await floor.addReadyAgent();
    const { rows } = await test.db.query<{ id: string; e164: string }>(
      'select id, e164 from phone where debtor_id = $1 order by position',
      [debtorId],
    );
    await test.db.query(
      `insert into hold (e164, kind, reason, source, placed_by)
       values ($1, 'wrong_number', 'somebody else', 'test', 'test')`,
      [rows[0]!.e164],
    );
    const result = await reserveNext(gate, floor.campaignId);
    expect(result.kind).toBe('reserved');
    expect(await row('select phone_id from attempt')).toEqual({ phone_id: rows[1]!.id });
    expect(await row(`select phone_id from decision where verdict = 'deny'`)).toEqual({
      phone_id: rows[0]!.id,
    });
  });
});

describe('the end of the hours', () => {
  /** The person refuses calls for the hour from then on. */
  const refuseFrom = async (debtorId: string, from: Date): Promise<void> => {
    const clock = (at: Date): string =>
      at.toLocaleTimeString('en-GB', { timeZone: 'Asia/Jakarta' }).slice(0, 5);
    await test.db.query(
      `insert into contact_preference (debtor_id, kind, days, from_clock, to_clock, source, recorded_by)
       values ($1, 'refused', '{1,2,3,4,5,6,7}', $2, $3, 'test', 'test')`,
      [debtorId, clock(from), clock(new Date(from.getTime() + 3_600_000))],
    );
  };
  const wholeMinute = (inMs: number): Date =>
    new Date(Math.ceil((Date.now() + inMs) / 60_000) * 60_000);

  it('is told with the permit, with its rule, and ends it early', async () => {
    const { attemptId, debtorId } = await reserved();
    const closing = wholeMinute(60_000);
    await refuseFrom(debtorId, closing);
    expect(await claim(attemptId)).toMatchObject({ verdict: 'allow', ringUntil: closing });
    const { record } = (await decisions(attemptId)).at(-1)!;
    const said = JSON.parse(record) as DecisionRecord;
    expect(said.mayCallUntil).toMatchObject({
      at: closing.toISOString(),
      rule: 'santun.base.preference',
      zone: 'Asia/Jakarta',
    });
    // the ring time and its margin still fit between the permit's end and the closing
    expect(Date.parse(said.expiresAt!) + said.guardMs).toBeLessThanOrEqual(closing.getTime());
  });

  it('gives no permit when the ringing would not end before it', async () => {
    const { attemptId, debtorId } = await reserved();
    await test.db.query(`update campaign set settings = '{"ringTimeoutMs": 120000}'`);
    await refuseFrom(debtorId, wholeMinute(30_000));
    expect(await claim(attemptId)).toMatchObject({ deniedBy: 'santun.base.preference' });
  });

  it('is not the end of a talk: it runs on, and how long is told', async () => {
    const { attemptId } = await reserved();
    const claimed = await claim(attemptId);
    if (claimed.verdict !== 'allow') throw new Error(claimed.deniedBy);
    await alterKept(
      test.db,
      `update decision set record = jsonb_set(record::jsonb, '{mayCallUntil}',
         jsonb_build_object('at', to_char(now() - interval '90 s', 'YYYY-MM-DD"T"HH24:MI:SS.MSOF')))::text
       where stage = 'invite'`,
    );
    const input = { attemptId, actor: 'test', limitMs: 60_000 };
    await recordRinging(test.db, input);
    await recordAnswered(test.db, input);
    await recordConnected(test.db, { ...input, callId: claimed.callId });
    await recordEnded(test.db, { attemptId, actor: 'test', result: 'connected', cause: 'bye' });
    const { ms } = await row<{ ms: number }>('select overtime_ms as ms from attempt');
    expect(ms).toBeGreaterThanOrEqual(90_000);
    expect(ms).toBeLessThan(120_000);
  });
});
