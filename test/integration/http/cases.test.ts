import { reserveNext } from '../../../dialer/reserve';
import { newId } from '../../../src/db/new-id';
import { openRecording } from '../../../src/db/recordings';
import { tendCases } from '../../../src/db/tend-cases';
import { FactsApi } from '../../support/facts-api';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { dialTo, end } from '../../support/talk';

let test: FactsApi;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(() => test.renew());

const claim = 'Saya sudah bayar tanggal 3, struk ada';
const open = (body: object, key = test.supervisor) => test.post('cases', { claim, ...body }, key);
const reserve = () => reserveNext(makeGate(test.db), test.floor.campaignId);
const record = (attemptId: string, body: object, key: string) =>
  test.api.call(key, `POST /v1/attempts/${attemptId}/outcome`, { body });
const decide = (caseId: string, body: object, key = test.supervisor) =>
  test.post(`cases/${caseId}/decide`, { reason: 'Sudah diperiksa', ...body }, key);

describe('K12: a dispute', () => {
  const twoAccounts = async () => {
    const { debtorId, accountIds } = await test.floor.addDebtor({ accounts: 2 });
    const [disputed = '', other = ''] = accountIds;
    return { debtorId, disputed, other };
  };

  it('stops exactly its account, also what rings; another of the same person goes on', async () => {
    // nobody else on the floor
    await test.db.query(`update account set status = 'closed' where debtor_id = $1`, [
      test.person.debtorId,
    ]);
    const { disputed, other } = await twoAccounts();
    await test.db.query(
      `update account set next_attempt_at = now() + interval '1 day' where id = $1`,
      [other],
    );
    await test.floor.addReadyAgent();
    const ringing = await dialTo(test.db, test.floor, 'ringing');
    const cause = async () =>
      (await test.one('select withdraw_cause as cause from attempt where id = $1', [ringing]))[
        'cause'
      ];
    expect((await open({ kind: 'dispute', type: 'fraud', accountId: other })).statusCode).toBe(201);
    expect(await cause()).toBeNull();
    const opened = await open({ kind: 'dispute', type: 'paid', accountId: disputed });
    expect(opened.json()).toMatchObject({ scope: 'account', accountId: disputed, state: 'open' });
    expect(await cause()).toBe('hold');
    await end(test.db, ringing, 'cancelled');

    const third = await twoAccounts();
    await open({ kind: 'dispute', accountId: third.disputed });
    await test.dueNow(third.disputed);
    await test.dueNow(third.other);
    const next = await reserve();
    if (next.kind !== 'reserved') throw new Error(next.kind);
    expect(
      await test.one('select account_id from attempt where id = $1', [next.attemptId]),
    ).toEqual({
      account_id: third.other,
    });
  });

  it('is opened by the outcome of a talk, with its words, an owner and ten working days', async () => {
    const { key, attemptId } = await test.agentInTalk();
    await end(test.db, attemptId, 'connected');
    const note = 'Katanya bukan tagihannya';
    const outcome = { code: 'RPC_DISPUTE', rootCause: 'product_dispute', note };
    expect((await record(attemptId, outcome, key)).statusCode).toBe(201);
    expect((await record(attemptId, outcome, key)).statusCode).toBe(201);
    const list = (await test.get(`cases?debtorId=${test.person.debtorId}`)).json().items;
    expect(list).toHaveLength(1);
    const whole = (await test.get(`cases/${list[0].id}`)).json();
    expect(whole).toMatchObject({
      ...{ kind: 'dispute', state: 'open', owner: 'role:supervisor', attemptId, source: 'outcome' },
      claim: `RPC_DISPUTE: product_dispute: ${note}`,
      accountId: test.person.accountId,
    });
    expect(whole.holdIds).toHaveLength(1);
    const days = (Date.parse(whole.dueAt) - Date.parse(whole.openedAt)) / 86_400_000;
    expect(days).toBeGreaterThan(11.9);
    expect(days).toBeLessThan(25);
    expect(await test.tasksOf(whole.id)).toEqual([
      { kind: 'dispute_answer', assignee: 'role:supervisor', done: false },
    ]);
    const events = await test.one(
      `select string_agg(payload::text, '') as text from event where payload->>'caseId' = $1`,
      [whole.id],
    );
    expect(events['text']).not.toContain('tagihannya');
  });

  it('that is rejected lifts its hold, and the account is due at once', async () => {
    const { accountId } = test.person;
    const { id } = (await open({ kind: 'dispute', accountId })).json();
    await test.dueNow(accountId);
    await test.floor.addReadyAgent();
    expect(await reserve()).toMatchObject({ kind: 'nothing_due' });
    const decided = await decide(id, { decision: 'rejected' });
    expect(decided.json()).toMatchObject({ state: 'rejected', decidedAt: expect.any(String) });
    expect(await reserve()).toMatchObject({ kind: 'reserved' });
    expect((await decide(id, { decision: 'upheld', remedy: 'none' })).json()).toMatchObject({
      code: 'invalid_transition',
    });
    expect(await test.tasksOf(id)).toEqual([
      { kind: 'dispute_answer', assignee: 'role:supervisor', done: true },
    ]);
  });

  it('that is upheld says what is put right, and closes the account', async () => {
    const { accountId } = test.person;
    const { id } = (await open({ kind: 'dispute', type: 'not_mine', accountId })).json();
    expect((await decide(id, { decision: 'upheld' })).json()).toMatchObject({
      errors: [{ field: 'remedy' }],
    });
    expect((await decide(id, { decision: 'rejected', remedy: 'none' })).json()).toMatchObject({
      errors: [{ field: 'remedy' }],
    });
    expect((await decide(id, { decision: 'upheld', remedy: 'close_account' })).statusCode).toBe(
      200,
    );
    expect(await test.one('select status from account where id = $1', [accountId])).toEqual({
      status: 'closed',
    });
    expect((await test.get(`cases/${id}`)).json().holdIds).toEqual([]);
  });

  it('whose deadline has passed goes to a manager, is told of once, and its hold stands', async () => {
    const { accountId } = test.person;
    const { id } = (await open({ kind: 'dispute', accountId })).json();
    await test.db.query(`update case_file set due_at = now() - interval '1 h' where id = $1`, [id]);
    expect((await test.get('cases?overdue=true')).json().items).toMatchObject([{ id }]);
    expect(await tendCases(test.db)).toMatchObject({ casesOverdue: 1 });
    expect(await tendCases(test.db)).toMatchObject({ casesOverdue: 0 });
    expect(await test.tasksOf(id)).toEqual([
      { kind: 'dispute_answer', assignee: 'role:supervisor', done: true },
      { kind: 'dispute_answer', assignee: 'role:manager', done: false },
    ]);
    const whole = (await test.get(`cases/${id}`)).json();
    expect(whole).toMatchObject({ state: 'open', overdueAt: expect.any(String) });
    expect(whole.holdIds).toHaveLength(1);
    const { n } = await test.one(
      `select count(*)::int as n from event where type = 'case.overdue' and payload->>'caseId' = $1`,
      [id],
    );
    expect(n).toBe(1);
  });

  it('names what does not fit, and changes nothing; told again it is one', async () => {
    const { accountId, debtorId } = test.person;
    const refusals: [object, string][] = [
      [{ kind: 'dispute', accountId, type: 'illness' }, 'type'],
      [{ kind: 'dispute', accountId, scope: 'number' }, 'scope'],
      [{ kind: 'wrong_party', debtorId }, 'number'],
      [{ kind: 'vulnerability', debtorId }, 'creditorId'],
    ];
    for (const [body, field] of refusals) {
      expect((await open(body)).json()).toMatchObject({ errors: [{ field }] });
    }
    const told = { kind: 'cease', accountId, source: 'mail', externalId: newId(new Date()) };
    const first = await open(told);
    const again = await open(told);
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json()).toEqual(first.json());
    expect((await decide(first.json().id, { decision: 'rejected' })).json()).toMatchObject({
      errors: [{ field: 'decision', accepted: 'upheld, withdrawn' }],
    });
  });
});

describe('K13: somebody vulnerable', () => {
  const vulnerable = (type: string) =>
    open({
      ...{ kind: 'vulnerability', type, claim: 'Dirawat di RS' },
      ...{ debtorId: test.person.debtorId, creditorId: test.floor.creditorId },
    });
  const holdEnds = async () =>
    (
      await test.db.query<{ days: number }>(
        `select round(extract(epoch from to_at - now()) / 86400)::int as days from hold
         where debtor_id = $1 and lifted_at is null order by id`,
        [test.person.debtorId],
      )
    ).rows.map(({ days }) => days);

  it('is contacted at most once in 14 days, by whatever creditor', async () => {
    await vulnerable('elderly');
    expect(await holdEnds()).toEqual([14]);
    await test.db.query(
      `update hold set from_at = now() - interval '15 days', to_at = now() - interval '1 day'
       where debtor_id = $1`,
      [test.person.debtorId],
    );
    await test.floor.addReadyAgent();
    await end(test.db, await dialTo(test.db, test.floor, 'ringing'), 'no_answer');
    expect(await holdEnds()).toEqual([-1, 14]);
    await test.dueNow(test.person.accountId);
    expect(await reserve()).toMatchObject({ kind: 'nothing_due', denials: 1 });
  });

  it('is shown to agents as needing care, whole to supervisors alone, and each look is kept', async () => {
    const { key } = await test.agentInTalk();
    const { id } = (await vulnerable('illness')).json();
    const call = (await test.get('me/call', key)).json();
    expect(call.care.en).toContain('Treat with care');
    expect(JSON.stringify(call)).not.toMatch(/illness|vulnerab|Dirawat/);
    expect((await test.get(`cases/${id}`, key)).statusCode).toBe(403);
    const [listed] = (await test.get(`cases?debtorId=${test.person.debtorId}`)).json().items;
    expect(listed).toMatchObject({ id, isRestricted: true });
    expect(JSON.stringify(listed)).not.toMatch(/illness|Dirawat/);
    const reads = async () =>
      (
        await test.one(
          `select count(*)::int as n from audit_entry where subject_id = $1 and action = 'case.read'`,
          [id],
        )
      )['n'];
    expect(await reads()).toBe(0);
    expect((await test.get(`cases/${id}`)).json()).toMatchObject({ type: 'illness' });
    expect(await reads()).toBe(1);
    const elsewhere = await test.api.boundKey('supervisor', (await makeFloor(test.db)).creditorId);
    expect((await test.get(`cases/${id}`, elsewhere)).statusCode).toBe(404);
  });

  it('or in hardship is protected until somebody has looked again', async () => {
    const { accountId } = test.person;
    const { id } = (await open({ kind: 'hardship', type: 'income_lost', accountId })).json();
    await decide(id, { decision: 'upheld' });
    expect((await test.get(`cases/${id}`)).json()).toMatchObject({
      state: 'upheld',
      reviewAt: expect.any(String),
      holdIds: [expect.any(String)],
    });
    await test.db.query(`update case_file set review_at = now() where id = $1`, [id]);
    expect(await tendCases(test.db)).toMatchObject({ casesToReview: 1 });
    expect(await tendCases(test.db)).toMatchObject({ casesToReview: 0 });
    expect(await test.tasksOf(id)).toContainEqual({
      ...{ kind: 'hardship_review', assignee: 'role:supervisor', done: false },
    });
    expect((await test.get(`cases/${id}`)).json().holdIds).toHaveLength(1);
    const reason = 'Bekerja kembali';
    const reviewAt = new Date(Date.now() + 86_400_000).toISOString();
    expect((await test.post(`cases/${id}/extend`, { reviewAt, reason })).statusCode).toBe(200);
    expect(await tendCases(test.db)).toMatchObject({ casesToReview: 0 });
    expect((await test.post(`cases/${id}/end`, { reason })).json()).toMatchObject({
      state: 'ended',
    });
    expect((await test.get(`cases/${id}`)).json().holdIds).toEqual([]);
  });
});

describe('L10: abuse', () => {
  it('of a person lets the agent end the talk after two warnings, with a code', async () => {
    const { key, attemptId } = await test.agentInTalk();
    const warn = () => test.post('me/call/abuse-warnings', { code: 'threat' }, key);
    const endIt = () =>
      test.post('me/call/end-for-abuse', { code: 'threat', claim: 'Mengancam' }, key);
    expect((await endIt()).json()).toMatchObject({ code: 'warnings_needed', warnings: 0 });
    expect((await warn()).json()).toMatchObject({ warnings: 1, mayEnd: false });
    expect((await endIt()).json()).toMatchObject({ code: 'warnings_needed', warnings: 1 });
    expect((await warn()).json()).toMatchObject({ warnings: 2, mayEnd: true });
    const ended = await endIt();
    expect(ended.statusCode).toBe(202);
    expect(test.api.jobs).toContainEqual({
      sipInstanceId: test.floor.sipInstanceId,
      job: { name: 'control_call', attemptId, command: 'hang_up' },
    });
    const { caseId } = ended.json();
    expect((await test.get(`cases/${caseId}`)).json()).toMatchObject({
      ...{ kind: 'debtor_abuse', type: 'threat', owner: 'role:manager', attemptId },
    });
  });

  it('of one of us is compliance’s alone to close, its proof frozen, its recording kept', async () => {
    const { attemptId } = await test.agentInTalk();
    const recordingId = newId(new Date());
    await openRecording(test.db, { id: recordingId, attemptId, callId: newId(new Date()) });
    const opened = await open({
      ...{ kind: 'abuse', type: 'insult', claim: 'Petugas memaki saya', attemptId },
      ...{ debtorId: test.person.debtorId, creditorId: test.floor.creditorId },
      evidence: [{ kind: 'text', body: 'Menit kedua' }],
    });
    const { id } = opened.json();
    expect(
      await test.one('select reason, lifted_at from recording_hold where recording_id = $1', [
        recordingId,
      ]),
    ).toEqual({ reason: `case ${id}`, lifted_at: null });
    expect((await decide(id, { decision: 'rejected' })).json()).toMatchObject({
      code: 'forbidden',
      allowedRoles: ['manager', 'admin'],
    });
    expect(
      (await test.post(`cases/${id}/assign`, { owner: 'role:supervisor' }, test.manager))
        .statusCode,
    ).toBe(400);
    for (const tampering of [
      `update case_evidence set body = 'Sopan' where case_id = $1`,
      'delete from case_evidence where case_id = $1',
      `update case_file set claim = 'Tidak ada' where id = $1`,
      'delete from case_file where id = $1',
    ]) {
      await expect(test.db.query(tampering, [id])).rejects.toThrow(/kept as it was written/);
    }
    expect((await decide(id, { decision: 'upheld' }, test.manager)).json()).toMatchObject({
      state: 'upheld',
    });
  });
});
