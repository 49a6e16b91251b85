import { claimForDialing, lookAtLease } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { recordConnected } from '../../../src/db/calls';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { IDENTIFIED } from '../../support/guided-desk';
import { startApi, type Api } from '../../support/http-api';
import { addPaymentSender, paymentNotice, type PaymentSender } from '../../support/payment-sender';
import { dialTo } from '../../support/talk';

let api: Api;
let floor: Floor;
let supervisor: string;
let source: PaymentSender;
let accountId: string;
let externalId: string;
beforeAll(async () => {
  api = await startApi();
  supervisor = await api.key('supervisor');
});
afterAll(() => api.close());
beforeEach(async () => {
  floor = await makeFloor(api.database.db);
  source = await addPaymentSender(api, await api.key('manager'), floor.creditorId);
  accountId = (await floor.addDebtor()).accountIds[0]!;
  externalId = (await api.call(supervisor, `GET /v1/accounts/${accountId}`)).json().externalId;
});

const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await api.database.db.query<T>(sql, values)).rows;
const payment = (more: object = {}) => paymentNotice({ accountExternalId: externalId, ...more });
const send: PaymentSender['send'] = (...args) => source.send(...args);
const events = (type: string) =>
  query<{ payload: Record<string, unknown>; agentId: string | null }>(
    `select payload, agent_id as "agentId" from event where type = $1 and creditor_id = $2 order by id`,
    [type, floor.creditorId],
  );

describe('c7: money stops the phone', () => {
  const reserved = async (): Promise<{ attemptId: string; agentId: string }> => {
    const { agentId } = await floor.addReadyAgent();
    const result = await reserveNext(makeGate(api.database.db), floor.campaignId);
    if (result.kind !== 'reserved') throw new Error(result.kind);
    return { attemptId: result.attemptId, agentId };
  };
  const attempt = async (id: string) =>
    (
      await query<{ state: string; result: string | null; withdraw: string | null }>(
        'select state, result, withdraw_cause as withdraw from attempt where id = $1',
        [id],
      )
    )[0];
  const claimed = async () => {
    const { attemptId, agentId } = await reserved();
    const gate = makeGate(api.database.db);
    const { sipInstanceId } = floor;
    await lookAtLease(gate, { attemptId, sipInstanceId });
    const claim = await claimForDialing(gate, { attemptId, sipInstanceId });
    if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
    return { attemptId, agentId, callId: claim.callId };
  };

  it('ends what is reserved, frees its agent, and keeps quiet after a part of it', async () => {
    const { attemptId, agentId } = await reserved();
    const begun = performance.now();
    await send(payment());
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(await attempt(attemptId)).toMatchObject({ state: 'ended', result: 'expired' });
    const sessions = await query('select state from agent_session where agent_id = $1', [agentId]);
    expect(sessions).toEqual([{ state: 'ready' }]);
    const again = await reserveNext(makeGate(api.database.db), floor.campaignId);
    expect(again.kind).not.toBe('reserved');
  });

  it('withdraws what is dialed, though the INVITE is about to leave', async () => {
    const { attemptId, callId } = await claimed();
    await send(payment({ amountMinor: '15000000' }));
    expect(await attempt(attemptId)).toMatchObject({ state: 'dialing', withdraw: 'payment' });
    const legs = await query<{ id: string | null }>(
      `select open_customer_leg($1, $2, (select id from trunk limit 1), null) as id`,
      [attemptId, callId],
    );
    expect(legs).toEqual([{ id: null }]);
  });

  it('lets a talk go on, and tells its agent what came in', async () => {
    const { attemptId, agentId, callId } = await claimed();
    const { db } = api.database;
    await query(`select open_customer_leg($1, $2, (select id from trunk limit 1), null)`, [
      attemptId,
      callId,
    ]);
    await query(`update attempt set state = 'answered', answered_at = now() where id = $1`, [
      attemptId,
    ]);
    await recordConnected(db, { attemptId, callId, actor: 'test', limitMs: 60_000 });
    await send(payment({ amountMinor: '15000000' }));
    expect(await attempt(attemptId)).toMatchObject({ state: 'connected', withdraw: null });
    const [told] = await events('payment.received');
    expect(told).toMatchObject({
      agentId,
      payload: { attemptId, accountId, amountMinor: '15000000', amountDueMinor: '0' },
    });
    expect(JSON.stringify(told)).not.toContain('Orang');
  });

  it('K1: keeps what was owed when the talk began, though it is paid meanwhile', async () => {
    const { attemptId, callId } = await claimed();
    await query(`update attempt set state = 'answered', answered_at = now() where id = $1`, [
      attemptId,
    ]);
    const { db } = api.database;
    const path = `GET /v1/attempts/${attemptId}/statement`;
    expect((await api.call(supervisor, path)).statusCode).toBe(404);
    await recordConnected(db, { attemptId, callId, actor: 'test', limitMs: 60_000 });
    const taken = (await api.call(supervisor, path)).json();
    expect(taken).toMatchObject({
      ...{ attemptId, accountId },
      debt: { totalMinor: '15000000', instalments: [{ principalMinor: '15000000' }] },
    });
    await send(payment());
    expect((await api.call(supervisor, path)).json()).toEqual(taken);
    const now = await api.call(supervisor, `GET /v1/accounts/${accountId}/debt`);
    expect(now.json()).toMatchObject({ totalMinor: '10000000' });
  });

  it('K16: shows and sends how to pay while the talk is on, once a call', async () => {
    const { agentId } = await floor.addReadyAgent();
    const attemptId = await dialTo(api.database.db, floor, 'connected');
    const agent = await api.key('agent', agentId);
    const manager = await api.key('manager');
    const path = '/v1/me/call/payment-details';
    await api.call(agent, 'POST /v1/me/call/guide/steps', { body: IDENTIFIED });
    expect((await api.call(agent, `POST ${path}`)).statusCode).toBe(404);
    const items = [
      { kind: 'virtual_account', label: 'Bank Contoh', value: '8808100200300' },
      { kind: 'qris', label: null, value: '00020101021226' },
    ];
    const put = `PUT /v1/accounts/${accountId}/payment-instructions`;
    await api.call(manager, put, { body: { items } });
    const shown = (await api.call(agent, `GET ${path}`)).json();
    expect(shown).toEqual({ accountId, currency: 'IDR', totalMinor: '15000000', items });
    for (let i = 0; i < 2; i++) {
      expect((await api.call(agent, `POST ${path}`)).statusCode).toBe(202);
    }
    const sent = await query(
      'select kind, body_id as "bodyId", pay_reference as code from message where subject_id = $1',
      [attemptId],
    );
    const [{ code }] = sent as [{ code: string }];
    const lines = ['Cara bayar Pinjaman Contoh', 'Jumlah: Rp150.000'];
    lines.push('Virtual account Bank Contoh: 8808100200300', `Kode pembayaran: ${code}`);
    expect(sent).toEqual([{ kind: 'payment_details', bodyId: lines.join('\n'), code }]);
  });

  it('c7: thanks for a payment where the creditor wants it, and not for one taken back', async () => {
    const manager = await api.key('manager');
    const policy = `PUT /v1/creditors/${floor.creditorId}/collection-policy`;
    await api.call(manager, policy, { body: { allocation: { thankByMessage: true } } });
    const paid = payment();
    await send(paid);
    const messages = () =>
      query(`select kind, state from message where creditor_id = $1`, [floor.creditorId]);
    expect(await messages()).toEqual([{ kind: 'payment_thanks', state: 'queued' }]);
    await send({ type: 'payment.reversed', paymentId: paid.paymentId });
    expect(await messages()).toEqual([{ kind: 'payment_thanks', state: 'cancelled' }]);
  });
});
