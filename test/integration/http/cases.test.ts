import { claimForDialing } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { newId } from '../../../src/db/new-id';
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

  it('stops also what is queued, and is its creditor’s to see, by a key that is bound to it', async () => {
    const key = await test.api.boundKey('supervisor', test.floor.creditorId);
    const { accountId } = test.person;
    await test.floor.addReadyAgent();
    const queued = await reserve();
    if (queued.kind !== 'reserved') throw new Error(queued.kind);
    const opened = await open({ kind: 'dispute', accountId }, key);
    expect(opened.statusCode).toBe(201);
    const { attemptId } = queued;
    const { sipInstanceId } = test.floor;
    expect(await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId })).toMatchObject({
      ...{ verdict: 'deny', deniedBy: 'santun.base.hold' },
    });
    const { id } = opened.json();
    expect((await decide(id, { decision: 'rejected' }, key)).statusCode).toBe(200);
    expect((await test.get(`cases/${id}`, key)).json()).toMatchObject({ holdIds: [] });
    const elsewhere = await test.api.boundKey('supervisor', (await makeFloor(test.db)).creditorId);
    expect((await test.get(`cases/${id}`, elsewhere)).statusCode).toBe(404);
    expect((await test.get('cases', elsewhere)).json().items).toEqual([]);
  });

  it('may be given to an agent, who sees it then', async () => {
    const { agentId } = await test.floor.addReadyAgent();
    const agent = await test.api.key('agent', agentId);
    const { id } = (await open({ kind: 'dispute', accountId: test.person.accountId })).json();
    expect((await test.get(`cases/${id}`, agent)).statusCode).toBe(404);
    const given = await test.post(`cases/${id}/assign`, { owner: `agent:${agentId}` });
    expect(given.json()).toMatchObject({ state: 'in_review', owner: `agent:${agentId}` });
    expect((await test.get(`cases/${id}`, agent)).json()).toMatchObject({ id, claim });
    expect((await test.get('tasks', agent)).json().items).toMatchObject([{ subjectId: id }]);
    const care = await open({ kind: 'hardship', accountId: test.person.accountId });
    const refused = await test.post(`cases/${care.json().id}/assign`, {
      owner: `agent:${agentId}`,
    });
    expect(refused.json()).toMatchObject({ errors: [{ field: 'owner' }] });
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
    const closing = await decide(id, { decision: 'upheld', remedy: 'close_account' });
    expect(closing.statusCode).toBe(200);
    expect(await test.one('select status from account where id = $1', [accountId])).toEqual({
      status: 'closed',
    });
    expect((await test.get(`cases/${id}`)).json().holdIds).toEqual([]);
  });

  it('that is upheld in part takes that off what is owed; the person is answered once', async () => {
    const { accountId } = test.person;
    const { id } = (await open({ kind: 'dispute', type: 'wrong_amount', accountId })).json();
    const adjust = (adjustMinor: string) =>
      decide(id, { decision: 'upheld', remedy: 'adjust', adjustMinor });
    expect((await adjust('15000001')).json()).toMatchObject({ errors: [{ field: 'adjustMinor' }] });
    expect((await adjust('5000000')).statusCode).toBe(200);
    const due = 'select amount_due_minor::int as due from account where id = $1';
    expect(await test.one(due, [accountId])).toEqual({ due: 10_000_000 });
    const { rows } = await test.db.query<{ body: string }>(
      `select body_id as body from message where kind = 'dispute_answer' and subject_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.body).toMatch(/^Keberatan Anda tanggal .* kami terima\. Sudah diperiksa$/);
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
