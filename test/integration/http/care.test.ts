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
const decide = (caseId: string, body: object, key = test.supervisor) =>
  test.post(`cases/${caseId}/decide`, { reason: 'Sudah diperiksa', ...body }, key);

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

  it('is left in peace after a contact of another creditor too, which learns nothing of why', async () => {
    await vulnerable('elderly');
    const { debtorId } = test.person;
    await test.db.query(
      `update hold set from_at = now() - interval '15 days', to_at = now() - interval '1 day'
       where debtor_id = $1`,
      [debtorId],
    );
    const other = await makeFloor(test.db);
    await test.db.query(
      `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date,
         content_hash) values ($1, $2, 'B-1', 'IDR', 100, '2026-10-01', '')`,
      [other.creditorId, debtorId],
    );
    const key = await test.api.boundKey('supervisor', other.creditorId);
    const at = new Date(Date.now() - 1_000).toISOString();
    const letter = { debtorId, at, direction: 'out', outcome: 'letter', place: 'home' };
    expect((await test.post('contacts', letter, key)).statusCode).toBe(201);
    expect(await holdEnds()).toEqual([-1, 14]);
    expect((await test.get(`cases?debtorId=${debtorId}`, key)).json().items).toEqual([]);
  });

  it('is shown to agents as needing care, whole to supervisors alone, and each look is kept', async () => {
    const { key } = await test.agentInTalk();
    const { id } = (await vulnerable('illness')).json();
    const call = (await test.get('me/call', key)).json();
    expect(call.care.en).toContain('Treat with care');
    expect(JSON.stringify(call)).not.toMatch(/illness|vulnerab|Dirawat/);
    expect((await test.get(`cases/${id}`, key)).statusCode).toBe(404);
    expect((await test.get('cases', key)).statusCode).toBe(403);
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

describe('K22: accounts that are handed over', () => {
  const hand = (accountIds: string[], key = test.manager) =>
    test.post(
      'hand-overs',
      {
        ...{ creditorId: test.floor.creditorId, kind: 'agency', recipient: 'PT Agen Contoh' },
        ...{ reason: 'Tunggakan 180 hari', accountIds },
      },
      key,
    );

  it('are worked on no more, exported whole, and due again when they are recalled', async () => {
    const { accountId, e164 } = test.person;
    await test.floor.addReadyAgent();
    const ringing = await dialTo(test.db, test.floor, 'ringing');
    expect((await hand([accountId], test.supervisor)).statusCode).toBe(403);
    const handed = (await hand([accountId])).json();
    expect(handed).toMatchObject({ accounts: 1, recalled: 0, recipient: 'PT Agen Contoh' });
    expect(
      await test.one('select withdraw_cause as cause from attempt where id = $1', [ringing]),
    ).toEqual({ cause: 'hold' });
    await end(test.db, ringing, 'cancelled');
    await test.dueNow(accountId);
    expect(await reserve()).toMatchObject({ kind: 'nothing_due' });

    const path = `hand-overs/${handed.id}/accounts`;
    const [exported] = (await test.get(path, test.manager)).json().items;
    expect(exported).toMatchObject({ accountId, amountDueMinor: '15000000', phones: [e164] });
    await test.db.query(
      `update debtor set name = '=1+1' where id = (select debtor_id from account where id = $1)`,
      [accountId],
    );
    const csv = (await test.get(`${path}?format=csv`, test.manager)).body.split('\r\n');
    expect(csv[0]).toMatch(/^accountId,externalId,name,/);
    expect(csv[1]).toContain(`,'=1+1,`);
    expect(csv[1]).toContain(e164);

    expect((await hand([accountId])).json()).toMatchObject({
      code: 'not_to_be_handed_over',
      accounts: [{ accountId, why: 'handed_over' }],
    });
    const recall = () =>
      test.post(`hand-overs/${handed.id}/recall`, { reason: 'Kontrak selesai' }, test.manager);
    expect((await recall()).json()).toMatchObject({ accounts: 1, recalled: 1 });
    expect((await recall()).json()).toMatchObject({ recalled: 1 });
    expect(await reserve()).toMatchObject({ kind: 'reserved' });
  });

  it('are none of those that somebody disputes or is protected from', async () => {
    const other = await test.makePerson();
    await open({ kind: 'dispute', accountId: test.person.accountId });
    const refused = await hand([test.person.accountId, other.accountId]);
    expect(refused.json()).toMatchObject({
      accounts: [{ accountId: test.person.accountId, why: 'protected_by_a_case' }],
    });
    const { n } = await test.one(
      `select count(*)::int as n from hold where account_id = $1 and kind = 'handed_over'`,
      [other.accountId],
    );
    expect(n).toBe(0);
  });
});

describe('K20: the relation', () => {
  it('puts who pays on the soft track: the next call waits longer, and the points say why', async () => {
    const { debtorId, accountId } = test.person;
    const { creditorId } = test.floor;
    await test.db.query(
      `insert into payment (creditor_id, debtor_id, account_id, provider, provider_payment_id,
         amount_minor, currency, paid_at, matched_at)
       select $1, $2, $3::uuid, 'test', n::text || $3::text, 100, 'IDR', now() - n * interval '30 days', now()
       from generate_series(1, 4) n`,
      [creditorId, debtorId, accountId],
    );
    const { attemptId } = await test.agentInTalk();
    await end(test.db, attemptId, 'connected');
    const outcome = { code: 'RPC_REFUSE', rootCause: 'unwilling' };
    const path = `POST /v1/attempts/${attemptId}/outcome`;
    expect((await test.api.call(test.supervisor, path, { body: outcome })).statusCode).toBe(201);
    const { items } = (await test.get(`debtors/${debtorId}/relations`)).json();
    expect(items).toMatchObject([
      {
        ...{ creditorId, score: 67, track: 'soft', gapDays: 3 },
        points: [
          { part: 'payments', n: 4, points: 24 },
          { part: 'useless_contacts', n: 1, points: -2 },
          { part: 'refusals', n: 1, points: -5 },
        ],
      },
    ]);
    const { days } = await test.one(
      `select extract(epoch from next_attempt_at - now())::float / 86400 as days from account where id = $1`,
      [accountId],
    );
    expect(days).toBeGreaterThan(2.9);
  });

  it('is asked about after a drawn share of the talks, and the answer stands', async () => {
    await test.api.call(
      test.manager,
      `PUT /v1/creditors/${test.floor.creditorId}/collection-policy`,
      { body: { protection: { surveyPct: 100 } } },
    );
    const { attemptId } = await test.agentInTalk();
    await end(test.db, attemptId, 'connected');
    const outcome = { code: 'RPC_REFUSE', rootCause: 'unwilling' };
    const path = `POST /v1/attempts/${attemptId}/outcome`;
    await test.api.call(test.supervisor, path, { body: outcome });
    const list = (await test.get('surveys?answered=false')).json().items;
    const asked = list.find((one: { attemptId: string }) => one.attemptId === attemptId);
    expect(
      await test.one('select kind, debtor_id as "debtorId" from message where subject_id = $1', [
        asked.id,
      ]),
    ).toEqual({ kind: 'survey', debtorId: test.person.debtorId });
    const answer = (n: number) => test.post(`surveys/${asked.id}/answer`, { answer: n });
    expect((await answer(4)).json()).toMatchObject({ answer: 4 });
    expect((await answer(4)).statusCode).toBe(200);
    expect((await answer(5)).statusCode).toBe(409);
  });
});
