import { reserveNext } from '../../../dialer/reserve';
import type { Database } from '../../../src/db/database';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end, talk } from '../../support/talk';

describe('outcomes', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let agent: string;
  let sessionId: string;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    const ready = await floor.addReadyAgent();
    sessionId = ready.sessionId;
    agent = await api.key('agent', ready.agentId);
    await floor.addDebtor();
  });

  const inDays = (days: number): string =>
    new Date(Date.now() + days * 86_400_000 + 7 * 3_600_000).toISOString().slice(0, 10);
  const promise = (change: object = {}) => ({
    code: 'RPC_PTP',
    rootCause: 'salary_late',
    note: 'Gaji tanggal 25',
    promise: { amountMinor: '7500000', dueDate: inDays(10), method: 'virtual_account', ...change },
  });
  const record = (attemptId: string, body: unknown, key = agent) =>
    api.call(key, `POST /v1/attempts/${attemptId}/outcome`, { body });
  const account = async (attemptId: string) => {
    const { rows } = await db.query<{
      blocked_reason: string | null;
      next_attempt_at: Date | null;
    }>(
      `select a.blocked_reason, a.next_attempt_at from account a
       join attempt t on t.account_id = a.id where t.id = $1`,
      [attemptId],
    );
    return rows[0]!;
  };
  const sessionState = async (): Promise<string> => {
    const { rows } = await db.query<{ state: string }>(
      'select state from agent_session where id = $1',
      [sessionId],
    );
    return rows[0]!.state;
  };

  it('records a promise, schedules the account behind it and frees the agent', async () => {
    const attemptId = await talk(db, floor);
    expect((await account(attemptId)).blocked_reason).toBe('outcome_missing');
    const response = await record(attemptId, promise());
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({
      attemptId,
      code: 'RPC_PTP',
      rootCause: 'salary_late',
      promise: {
        amountMinor: '7500000',
        currency: 'IDR',
        dueDate: inDays(10),
        method: 'virtual_account',
        state: 'open',
      },
    });
    const after = await account(attemptId);
    expect(after.blocked_reason).toBeNull();
    // silent to the end of the day after the due date, 23:59:59.999 in Jakarta
    expect(after.next_attempt_at?.toISOString()).toBe(`${inDays(11)}T16:59:59.999Z`);
    expect(await sessionState()).toBe('ready');
    const { rows } = await db.query(
      `select type, payload from event where payload->>'attemptId' = $1
         and type in ('outcome.recorded', 'promise.made') order by xid, id`,
      [attemptId],
    );
    expect(rows).toMatchObject([
      { type: 'outcome.recorded', payload: { code: 'RPC_PTP' } },
      { type: 'promise.made', payload: { amountMinor: '7500000', currency: 'IDR' } },
    ]);
    expect(JSON.stringify(rows)).not.toContain('Gaji');
  });

  it('answers a repeat the same, also without a key, and refuses another', async () => {
    const attemptId = await talk(db, floor);
    const first = await record(attemptId, promise());
    const again = await record(attemptId, promise());
    expect(again.statusCode).toBe(201);
    expect(again.body).toBe(first.body);
    const other = await record(attemptId, promise({ amountMinor: '1' }));
    expect(other.json()).toMatchObject({ status: 409, code: 'outcome_recorded' });
    const { rows } = await db.query(
      `select count(*)::int as n from event where payload->>'attemptId' = $1 and type = 'promise.made'`,
      [attemptId],
    );
    expect(rows[0]!.n).toBe(1);
  });

  it('records one of ten at the same time', async () => {
    const attemptId = await talk(db, floor);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        record(attemptId, { ...promise(), note: `Catatan ${n % 2}` }),
      ),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(5);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(5);
  });

  it('names what is missing or out of range, and records nothing', async () => {
    const attemptId = await talk(db, floor);
    const fields = async (body: object): Promise<string[]> => {
      const response = await record(attemptId, body);
      expect(response.json()).toMatchObject({ status: 422, code: 'invalid_outcome' });
      return response.json().errors.map((error: { field: string }) => error.field);
    };
    expect(await fields({ code: 'RPC_PTP' })).toEqual(['rootCause', 'promise']);
    expect(await fields(promise({ amountMinor: '15000001' }))).toEqual(['promise.amountMinor']);
    expect(await fields(promise({ dueDate: inDays(-1) }))).toEqual(['promise.dueDate']);
    expect(await fields(promise({ dueDate: inDays(61) }))).toEqual(['promise.dueDate']);
    expect(await fields({ code: 'RPC_CALLBACK' })).toEqual(['callbackAt']);
    expect(await fields({ code: 'THIRD_PARTY', callbackAt: '2030-01-01T09:00:00+07:00' })).toEqual([
      'callbackAt',
    ]);
    expect((await record(attemptId, { code: 'RPC_MAYBE' })).json()).toMatchObject({ status: 400 });
    expect((await record(attemptId, { code: 'BUSY' })).json()).toMatchObject({ status: 400 });
    expect(await sessionState()).toBe('wrap_up');
    expect((await api.call(agent, `GET /v1/attempts/${attemptId}/outcome`)).statusCode).toBe(404);
  });

  it('calls back at the instant asked for', async () => {
    const attemptId = await talk(db, floor);
    const callbackAt = new Date(Date.now() + 90 * 60_000).toISOString();
    expect((await record(attemptId, { code: 'RPC_CALLBACK', callbackAt })).statusCode).toBe(201);
    // left to the callback until its ten minutes are over
    const ends = new Date(Date.parse(callbackAt) + 600_000).toISOString();
    expect((await account(attemptId)).next_attempt_at?.toISOString()).toBe(ends);
  });

  const holds = async (attemptId: string) =>
    (
      await db.query(
        `select kind, h.account_id is not null as "ofAccount", h.e164 is not null as "ofNumber"
         from hold h join attempt t on t.debtor_id = h.debtor_id
         where t.id = $1 and lifted_at is null and h.source = 'outcome'
           and h.external_id = $1::text`,
        [attemptId],
      )
    ).rows;

  it('retires a number that is not the person’s, and gives it back with the answer of its case', async () => {
    const attemptId = await talk(db, floor);
    await record(attemptId, { code: 'WRONG_NUMBER' });
    expect((await account(attemptId)).blocked_reason).toBe('no_dialable_phone');
    expect(await holds(attemptId)).toEqual([
      { kind: 'wrong_number', ofAccount: false, ofNumber: true },
    ]);
    const { rows } = await db.query<{ id: string }>('select id from hold where external_id = $1', [
      attemptId,
    ]);
    const [key, reason] = [await api.key('supervisor'), 'Nomor dicek kembali'];
    const lift = () => api.call(key, `POST /v1/holds/${rows[0]!.id}/lift`, { body: { reason } });
    const refused = (await lift()).json();
    expect(refused).toMatchObject({ status: 409, code: 'case_open', caseId: expect.any(String) });
    expect((await account(attemptId)).blocked_reason).toBe('no_dialable_phone');
    const decide = `POST /v1/cases/${refused.caseId}/decide`;
    await api.call(key, decide, { body: { decision: 'rejected', reason } });
    expect((await account(attemptId)).blocked_reason).toBeNull();
    // it is lifted by now, and the case stands behind it no more
    expect((await lift()).json()).toMatchObject({ status: 409, code: 'invalid_transition' });
  });

  it('holds the account that is disputed, and the person who has died: the gate refuses', async () => {
    const dispute = await talk(db, floor);
    await record(dispute, { code: 'RPC_DISPUTE', rootCause: 'product_dispute' });
    expect(await holds(dispute)).toEqual([{ kind: 'dispute', ofAccount: true, ofNumber: false }]);
    expect(await reserveNext(makeGate(db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 1,
    });
    const { accountIds } = await floor.addDebtor({ accounts: 2 });
    const died = await talk(db, floor);
    await record(died, { code: 'DECEASED' });
    expect(await holds(died)).toEqual([{ kind: 'deceased', ofAccount: false, ofNumber: false }]);
    await db.query('update account set next_attempt_at = now() where id = any($1)', [accountIds]);
    expect(await reserveNext(makeGate(db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 2,
    });
  });

  it('takes no outcome before the talk is over, or for an attempt without one', async () => {
    const attemptId = await dialTo(db, floor, 'connected');
    expect((await record(attemptId, promise())).json()).toMatchObject({
      status: 409,
      code: 'no_talk',
      state: 'connected',
    });
    await end(db, attemptId, 'connected');
    expect((await record(attemptId, promise())).statusCode).toBe(201);
    await floor.addDebtor();
    const cancelled = await dialTo(db, floor, 'ringing');
    await end(db, cancelled, 'cancelled');
    expect((await record(cancelled, promise())).json()).toMatchObject({ result: 'cancelled' });
    await floor.addDebtor();
    const busy = await dialTo(db, floor, 'ringing');
    await end(db, busy, 'busy');
    expect((await record(busy, promise())).json()).toMatchObject({ code: 'outcome_recorded' });
  });

  it('takes a late outcome, which unblocks the account and leaves the agent alone', async () => {
    const late = await talk(db, floor);
    await db.query(
      `update agent_session set state = 'paused', attempt_id = null, cause = 'wrap_up_timeout'
       where id = $1`,
      [sessionId],
    );
    expect((await record(late, { code: 'RPC_REFUSE', rootCause: 'unwilling' })).statusCode).toBe(
      201,
    );
    expect((await account(late)).blocked_reason).toBeNull();
    expect(await sessionState()).toBe('paused');
  });

  it('ends a wrap-up in what the agent wanted, and lets the softphone go', async () => {
    const attemptId = await talk(db, floor);
    expect((await api.call(agent, 'DELETE /v1/me/session')).json()).toMatchObject({
      state: 'wrap_up',
      wanted: 'offline',
    });
    await record(attemptId, promise());
    expect(await sessionState()).toBe('offline');
    expect(api.jobs).toContainEqual({
      sipInstanceId: floor.sipInstanceId,
      job: { name: 'release_agent', sessionId },
    });
  });

  it('replaces the open promise of the account by a newer one', async () => {
    const first = await talk(db, floor);
    await record(first, promise());
    // the account is silent; somebody let it be called all the same
    await db.query(
      `update hold set lifted_at = now(), lifted_by = 'test', lift_reason = 'test' where kind = 'promise'`,
    );
    await db.query('update account set next_attempt_at = now() where blocked_reason is null');
    const second = await talk(db, floor);
    const newer = await record(second, promise({ amountMinor: '5000000' }));
    const { accountId } = newer.json() as { accountId: string };
    const list = await api.call(agent, `GET /v1/promises?accountId=${accountId}`);
    expect(list.json().items).toMatchObject([
      { attemptId: second, state: 'open', amountMinor: '5000000' },
      { attemptId: first, state: 'superseded' },
    ]);
  });

  it('lets a supervisor record for an agent, and no other agent', async () => {
    const attemptId = await talk(db, floor);
    const other = await api.key('agent', (await floor.addReadyAgent()).agentId);
    const supervisor = await api.key('supervisor');
    expect((await record(attemptId, promise(), other)).json()).toMatchObject({ code: 'not_found' });
    const response = await record(attemptId, promise(), supervisor);
    expect(response.statusCode).toBe(201);
    expect(response.json().recordedBy).toMatch(/^key:/);
  });
});
