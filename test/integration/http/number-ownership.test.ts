import { reserveNext } from '../../../dialer/reserve';
import { doubtSilentNumbers } from '../../../src/db/number-evidence';
import { FactsApi } from '../../support/facts-api';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { IDENTIFIED } from '../../support/guided-desk';
import { addPaymentSender, paymentNotice } from '../../support/payment-sender';
import { dialTo, end, talk } from '../../support/talk';

let test: FactsApi;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(() => test.renew());

const record = (attemptId: string, body: object, key: string) =>
  test.api.call(key, `POST /v1/attempts/${attemptId}/outcome`, { body });

describe('K19: a number', () => {
  const phone = () =>
    test.one('select status, ownership from phone where id = $1', [test.person.phoneId]);

  it('is called in identity mode until the person was spoken to on it', async () => {
    const first = await test.agentInTalk();
    expect((await test.get('me/call', first.key)).json()).toMatchObject({ identityMode: true });
    await end(test.db, first.attemptId, 'connected');
    await record(first.attemptId, { code: 'RPC_REFUSE', rootCause: 'unwilling' }, first.key);
    await test.dueNow(test.person.accountId);
    // by the agent who is free again
    await dialTo(test.db, test.floor, 'connected');
    expect((await test.get('me/call', first.key)).json()).toMatchObject({ identityMode: false });
  });

  it('c6: is off for everybody at all creditors within a second of one "bukan saya"', async () => {
    const other = await makeFloor(test.db);
    const { debtorId } = await other.addDebtor({ phones: 0 });
    const { e164, accountId } = test.person;
    await test.db.query('insert into phone (debtor_id, e164, owner) values ($1, $2, $3)', [
      ...[debtorId, e164, 'debtor'],
    ]);
    await test.floor.addReadyAgent();
    await other.addReadyAgent();
    const ringing = await dialTo(test.db, test.floor, 'ringing');
    const before = performance.now();
    const told = await test.post('cases', {
      ...{ kind: 'wrong_party', number: e164, creditorId: test.floor.creditorId },
      ...{ claim: 'bukan saya', source: 'message' },
    });
    const tookMs = performance.now() - before;
    expect(told.statusCode).toBe(201);
    expect(tookMs).toBeLessThan(1_000);
    expect(
      await test.one('select withdraw_cause as cause from attempt where id = $1', [ringing]),
    ).toEqual({ cause: 'hold' });
    await end(test.db, ringing, 'cancelled');
    await test.dueNow(accountId);
    for (const floor of [test.floor, other]) {
      expect(await reserveNext(makeGate(test.db), floor.campaignId)).toMatchObject({
        kind: 'nothing_due',
      });
    }
    const { rows } = await test.db.query<{ status: string; ownership: number }>(
      'select status, ownership from phone where e164 = $1',
      [e164],
    );
    for (const { status, ownership } of rows) {
      expect([status, ownership < 0.2]).toEqual(['doubtful', true]);
    }
    // somebody has made sure that it was said in error
    await test.post(`cases/${told.json().id}/decide`, {
      decision: 'rejected',
      reason: 'Salah paham',
    });
    expect(await phone()).toMatchObject({ status: 'active', ownership: expect.closeTo(0.75, 5) });
  });

  it('that was a wrong one in a talk is off, by its outcome', async () => {
    const attemptId = await (async () => {
      await test.floor.addReadyAgent();
      return talk(test.db, test.floor);
    })();
    await record(attemptId, { code: 'WRONG_PARTY' }, test.supervisor);
    const { status, ownership } = await phone();
    expect([status, Number(ownership) < 0.2]).toEqual(['wrong_number', true]);
  });

  it('c6: to which a payment code was sent is the person’s by who pays with it, once, as long as it stands', async () => {
    const { accountId, phoneId } = test.person;
    const sender = await addPaymentSender(test.api, test.manager, test.floor.creditorId);
    const { key } = await test.agentInTalk();
    const items = [
      { kind: 'link', label: null, value: 'https://bayar.contoh.id/?kode={reference}' },
    ];
    const put = `PUT /v1/accounts/${accountId}/payment-instructions`;
    await test.api.call(test.manager, put, { body: { items } });
    const unknown = await test.get('me/call/payment-details', key);
    expect([unknown.statusCode, unknown.json().code]).toEqual([409, 'identity_unconfirmed']);
    const options = await test.post('me/call/options', { rootCause: 'illness' }, key);
    expect(options.json()).toMatchObject({ code: 'identity_unconfirmed' });
    await test.post('me/call/guide/steps', IDENTIFIED, key);
    const shown = (await test.get('me/call/payment-details', key)).json();
    expect(shown.items[0].value).toBe('https://bayar.contoh.id/?kode=');
    expect((await test.post('me/call/payment-details', {}, key)).statusCode).toBe(202);
    const { id, code, text } = (await test.one(
      `select id, pay_reference as code, body_en as text from message where account_id = $1`,
      [accountId],
    )) as Record<'id' | 'code' | 'text', string>;
    expect(code).toMatch(/^[A-HJ-NP-Z2-9]{10}$/);
    expect(text.split('\n').slice(-2)).toEqual([
      `Link: https://bayar.contoh.id/?kode=${code}`,
      `Payment code: ${code}`,
    ]);
    const pay = async (more: object): Promise<string> => {
      const notice = paymentNotice({ amountMinor: '1000000', ...more });
      expect((await sender.send(notice)).json()).toMatchObject({ state: 'processed' });
      return notice.paymentId;
    };
    const takeBack = (paymentId: string) => sender.send({ type: 'payment.reversed', paymentId });
    const ownership = async () => Number((await phone())['ownership']);
    // nobody can have read what was not sent
    const early = await pay({ reference: code });
    expect(await ownership()).toBeCloseTo(0.5, 5);
    await test.db.query(
      `with channel as (insert into message_channel (creditor_id, channel, url, secret_sealed, priority)
         values ($1, 'sms', 'https://pesan.contoh.id', '', 1) returning id)
       insert into message_send (message_id, creditor_id, message_channel_id, channel, phone_id, language,
         decision, state, answered_at, answer_limit_at, contact_id)
       select $2, $1, id, 'sms', $3, 'id', '{}', 'accepted', now(), now(), new_id() from channel`,
      [test.floor.creditorId, id, phoneId],
    );
    await takeBack(early);
    const first = await pay({ reference: code.toLowerCase() });
    expect(await ownership()).toBeCloseTo(0.75, 5);
    expect(
      await test.one(
        'select account_id as "accountId" from payment where provider_payment_id = $1',
        [first],
      ),
    ).toEqual({ accountId });
    // more by the same message says no more of it, and what is taken back leaves what stands
    const second = await pay({ reference: code });
    await takeBack(first);
    expect(await ownership()).toBeCloseTo(0.75, 5);
    await takeBack(second);
    expect(await ownership()).toBeCloseTo(0.5, 5);
    const { externalId } = (await test.get(`accounts/${accountId}`)).json();
    await pay({ accountExternalId: externalId });
    expect(await ownership()).toBeCloseTo(0.5, 5);
  });

  it('that leads to nobody for long is not dialed, and somebody looks at it', async () => {
    const { phoneId, debtorId, accountId } = test.person;
    await test.db.query(
      `update phone set ownership_at = now() - interval '58 days' where id = $1`,
      [phoneId],
    );
    expect(await doubtSilentNumbers(test.db, 10)).toBe(0);
    await test.db.query(
      `update phone set ownership_at = now() - interval '61 days' where id = $1`,
      [phoneId],
    );
    expect(await doubtSilentNumbers(test.db, 10)).toBe(1);
    expect(await doubtSilentNumbers(test.db, 10)).toBe(0);
    expect((await phone())['status']).toBe('doubtful');
    expect(await test.one('select blocked_reason from account where id = $1', [accountId])).toEqual(
      {
        blocked_reason: 'no_dialable_phone',
      },
    );
    expect(await test.tasksOf(phoneId)).toEqual([
      { kind: 'number_review', assignee: 'role:supervisor', done: false },
    ]);
    const confirmed = await test.post(`debtors/${debtorId}/phones/${phoneId}/confirm`, {
      reason: 'Dijawab lewat surat',
    });
    expect(confirmed.json().items).toMatchObject([{ id: phoneId, status: 'active' }]);
    expect(await test.one('select blocked_reason from account where id = $1', [accountId])).toEqual(
      {
        blocked_reason: null,
      },
    );
    expect(await test.tasksOf(phoneId)).toMatchObject([{ done: true }]);
  });

  it('E2: that networks refuse as invalid is dead after two days of it, not after two calls', async () => {
    const refusedAgain = async () => {
      await test.dueNow(test.person.accountId);
      await end(test.db, await dialTo(test.db, test.floor, 'dialing'), 'invalid');
      return (await phone())['status'];
    };
    await test.floor.addReadyAgent();
    expect(await refusedAgain()).toBe('active');
    expect(await refusedAgain()).toBe('active');
    await test.db.query('update phone set invalid_on = invalid_on - 1 where id = $1', [
      test.person.phoneId,
    ]);
    expect(await refusedAgain()).toBe('invalid');
  });
});
