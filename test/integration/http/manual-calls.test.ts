import { randomUUID } from 'node:crypto';
import { claimForDialing } from '../../../dialer/gate';
import { recordAnswered, recordConnected, recordEnded, recordRinging } from '../../../src/db/calls';
import type { Database } from '../../../src/db/database';
import { makeFloor, type Floor, type NewDebtor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';

describe('a call that an agent asks for', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let key: string;
  let agent: { agentId: string; sessionId: string };
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    agent = await floor.addReadyAgent();
    key = await api.key('agent', agent.agentId);
    api.jobs.length = 0;
  });

  const person = async (options: NewDebtor = {}) => {
    const { accountIds, debtorId } = await floor.addDebtor(options);
    const { rows } = await db.query<{ id: string }>('select id from phone where debtor_id = $1', [
      debtorId,
    ]);
    return { accountId: accountIds[0]!, debtorId, phoneId: rows[0]!.id };
  };
  const ask = (body: object, headers: Record<string, string> = {}) =>
    api.call(key, 'POST /v1/me/calls', { body, headers });
  const one = async (sql: string, values: unknown[]): Promise<unknown> =>
    (await db.query(sql, values)).rows[0];

  it('passes the gate and rings the same doorbell, once for one Idempotency-Key', async () => {
    const { accountId, phoneId } = await person();
    const headers = { 'idempotency-key': randomUUID() };
    const asked = await ask({ accountId, phoneId }, headers);
    expect(asked.statusCode).toBe(202);
    const { attemptId } = asked.json() as { attemptId: string };
    expect((await ask({ accountId, phoneId }, headers)).json()).toEqual({ attemptId });
    expect(api.jobs).toEqual([
      { sipInstanceId: floor.sipInstanceId, job: { name: 'dial', attemptId } },
    ]);
    expect(
      await one('select mode, purpose, state, agent_id from attempt where id = $1', [attemptId]),
    ).toEqual({ mode: 'manual', purpose: 'collect', state: 'reserved', agent_id: agent.agentId });
    expect(
      await claimForDialing(makeGate(db), { attemptId, sipInstanceId: floor.sipInstanceId }),
    ).toMatchObject({ verdict: 'allow' });
  });

  it('is refused with the rule, its text and the next instant, and the refusal is kept', async () => {
    const { accountId, debtorId } = await person();
    await db.query(
      `insert into hold (debtor_id, kind, reason, to_at, source, placed_by)
       values ($1, 'hardship', 'r', now() + interval '1 hour', 'test', 'test')`,
      [debtorId],
    );
    const refused = await ask({ accountId });
    expect(refused.statusCode).toBe(409);
    const problem = refused.json() as Record<string, unknown>;
    expect(problem).toMatchObject({
      code: 'call_denied',
      rule: 'santun.base.hold',
      cite: expect.stringContaining('hold') as string,
      failing: [{ rule: 'santun.base.hold', pack: 'SANTUN.BASE' }],
    });
    expect(Date.parse(String(problem.nextAllowedAt))).toBeGreaterThan(Date.now());
    expect(api.jobs).toEqual([]);
    expect(
      await one('select verdict, stage, denied_by from decision where account_id = $1', [
        accountId,
      ]),
    ).toEqual({ verdict: 'deny', stage: 'reserve', denied_by: 'santun.base.hold' });
    expect(await one('select state from agent_session where id = $1', [agent.sessionId])).toEqual({
      state: 'ready',
    });
  });

  it('has no flag that forces it', async () => {
    const { accountId } = await person();
    const forced = await ask({ accountId, force: true });
    expect(forced.statusCode).toBe(400);
  });

  it('is not placed to a number that is not stored, nor to a third person to collect', async () => {
    const { accountId, phoneId } = await person({ owner: 'spouse' });
    const other = await person();
    expect((await ask({ accountId, phoneId: other.phoneId })).json()).toMatchObject({
      status: 422,
      code: 'unknown_reference',
    });
    expect((await ask({ accountId, phoneId })).json()).toMatchObject({
      code: 'call_denied',
      rule: 'engine.third_party',
    });
  });

  it('needs a ready agent, a running campaign of theirs, and a person whom nobody calls', async () => {
    const { accountId } = await person();
    await db.query(`update campaign set state = 'paused' where id = $1`, [floor.campaignId]);
    expect((await ask({ accountId })).json()).toMatchObject({ code: 'no_campaign' });
    await db.query(`update campaign set state = 'running' where id = $1`, [floor.campaignId]);
    expect((await ask({ accountId })).statusCode).toBe(202);
    expect((await ask({ accountId })).json()).toMatchObject({ code: 'agent_not_ready' });
    const second = await floor.addReadyAgent();
    key = await api.key('agent', second.agentId);
    expect((await ask({ accountId })).json()).toMatchObject({ code: 'person_in_call' });
  });

  describe('K18: to ask where the debtor is', () => {
    const consent = (debtorId: string, phoneId: string) =>
      db.query(
        `insert into consent (debtor_id, kind, phone_id, given_at, evidence, source, captured_by)
         values ($1, 'locate', $2, now(), 'form 7', 'test', 'test')`,
        [debtorId, phoneId],
      );
    const talk = async (attemptId: string): Promise<void> => {
      const claim = await claimForDialing(makeGate(db), {
        attemptId,
        sipInstanceId: floor.sipInstanceId,
      });
      if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
      const input = { attemptId, actor: 'test', limitMs: 60_000 };
      await recordRinging(db, input);
      await recordAnswered(db, input);
      await recordConnected(db, { ...input, callId: claim.callId });
    };

    it('needs the emergency contact’s recorded consent, and goes to nobody else', async () => {
      const { accountId, phoneId } = await person({ owner: 'emergency' });
      const wish = { accountId, phoneId, purpose: 'locate' };
      expect((await ask(wish)).json()).toMatchObject({ rule: 'engine.locate_without_consent' });
      const spouse = await person({ owner: 'spouse' });
      await consent(spouse.debtorId, spouse.phoneId);
      expect(
        (await ask({ ...wish, accountId: spouse.accountId, phoneId: spouse.phoneId })).json(),
      ).toMatchObject({ rule: 'engine.not_locatable' });
      expect((await ask({ accountId, purpose: 'locate' })).statusCode).toBe(400);
    });

    it('shows nothing of the debt, takes no outcome of one, and happens once', async () => {
      const { accountId, debtorId, phoneId } = await person({ owner: 'emergency' });
      await db.query(
        `update account set blocked_reason = 'no_dialable_phone', next_attempt_at = null where id = $1`,
        [accountId],
      );
      await consent(debtorId, phoneId);
      const wish = { accountId, phoneId, purpose: 'locate' };
      const asked = await ask(wish);
      expect(asked.statusCode).toBe(202);
      const { attemptId } = asked.json() as { attemptId: string };
      await talk(attemptId);
      const shown = (await api.call(key, 'GET /v1/me/call')).json() as Record<string, unknown>;
      expect(shown).toMatchObject({
        purpose: 'locate',
        mode: 'manual',
        creditorName: null,
        product: null,
        currency: null,
        amountDueMinor: null,
        dueDate: null,
        openPromise: null,
        lastOutcomes: [],
      });
      await recordEnded(db, { attemptId, actor: 'test', result: 'connected', cause: 'bye' });
      const outcome = (body: object) =>
        api.call(key, `POST /v1/attempts/${attemptId}/outcome`, { body });
      expect((await outcome({ code: 'RPC_REFUSE', rootCause: 'unwilling' })).json()).toMatchObject({
        code: 'invalid_outcome',
        errors: [{ field: 'code' }],
      });
      expect((await outcome({ code: 'THIRD_PARTY' })).statusCode).toBe(201);
      // the account waits as it did before
      expect(
        await one('select blocked_reason, next_attempt_at from account where id = $1', [accountId]),
      ).toEqual({ blocked_reason: 'no_dialable_phone', next_attempt_at: null });
      expect((await ask(wish)).json()).toMatchObject({ rule: 'santun.base.locate-once' });
    });
  });
});
