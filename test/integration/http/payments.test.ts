import { REPLAY_WINDOW_MS, signBody } from '../../../src/http/payment-signature';
import { makeFloor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { PaidAccount } from '../../support/paid-account';
import { secondsNow } from '../../support/payment-sender';

let api: Api;
let manager: string;
let supervisor: string;
let account: PaidAccount;
let source: PaidAccount['source'];
let floor: PaidAccount['floor'];
beforeAll(async () => {
  api = await startApi();
  manager = await api.key('manager');
  supervisor = await api.key('supervisor');
});
afterAll(() => api.close());
beforeEach(async () => {
  account = await PaidAccount.add(api, manager, supervisor);
  ({ source, floor } = account);
});

const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await api.database.db.query<T>(sql, values)).rows;
const payment: PaidAccount['payment'] = (more) => account.payment(more);
const send: PaidAccount['source']['send'] = (...args) => source.send(...args);
const paymentsOf = async (filter: string) =>
  (await api.call(supervisor, `GET /v1/payments?creditorId=${floor.creditorId}&${filter}`)).json()
    .items;

describe('K14: a delivery of a payment source', () => {
  it('is kept as it came, once, and counts once however often it is sent', async () => {
    const body = JSON.stringify(payment());
    const first = await send(body);
    expect(first.json()).toMatchObject({ state: 'processed' });
    expect((await send(body)).json()).toEqual(first.json());
    // the provider's retry says the same in other bytes
    expect((await send(`${body} `)).json()).toMatchObject({ state: 'processed' });
    expect((await account.shown()).amountDueMinor).toBe('10000000');
    expect(await paymentsOf('state=matched')).toHaveLength(1);
    const kept = await query<{ body: Buffer; times: number }>(
      'select body, times from payment_delivery where source_id = $1 order by id',
      [source.id],
    );
    expect(kept.map((each) => [each.body.toString(), each.times])).toEqual([
      [body, 2],
      [`${body} `, 1],
    ]);
  });

  it('is refused unsigned, signed by another, changed, or replayed after five minutes', async () => {
    const body = JSON.stringify(payment());
    const old = String(Math.floor((Date.now() - REPLAY_WINDOW_MS) / 1_000) - 1);
    const wrong = signBody('another', Buffer.from(body), secondsNow());
    const answers = [
      await send(body, { 'santun-signature': '' }),
      await send(body, { 'santun-signature': wrong }),
      await send(body, {
        'santun-signature': signBody(source.secret, Buffer.from('{}'), secondsNow()),
      }),
      await send(body, {}, old),
      await send(body, { 'santun-timestamp': String(Number(secondsNow()) - 60) }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401]);
    expect(await query('select 1 from payment_delivery where source_id = $1', [source.id])).toEqual(
      [],
    );
    expect((await account.shown()).amountDueMinor).toBe('15000000');
  });

  it('that nobody can understand is answered, kept and told of', async () => {
    const bad = [
      '{"type":',
      'null',
      '',
      payment({ amountMinor: '0' }),
      payment({ amountMinor: '-5000000' }),
      payment({ amountMinor: 1.5 }),
      payment({ currency: 'XYZ' }),
      payment({ paidAt: new Date(Date.now() + 3_600_000).toISOString() }),
      payment({ paidAt: '2026-11-02' }),
    ];
    for (const body of bad) {
      const answer = await send(body);
      expect([answer.statusCode, answer.json().state]).toEqual([200, 'refused']);
    }
    const path = `GET /v1/payment-deliveries?state=refused&creditorId=${floor.creditorId}`;
    const { items } = (await api.call(supervisor, path)).json();
    expect(
      items.map(({ problems }: { problems: { field: string }[] }) => problems[0]!.field),
    ).toEqual(
      [
        '',
        '',
        '',
        'amountMinor',
        'amountMinor',
        'amountMinor',
        'currency',
        'paidAt',
        'paidAt',
      ].reverse(),
    );
    expect(await account.events('payment.delivery_refused')).toHaveLength(bad.length);
    expect((await account.shown()).amountDueMinor).toBe('15000000');
  });

  it('that says something else of a payment is refused, and the first stays', async () => {
    const first = payment();
    await send(first);
    expect((await send({ ...first, amountMinor: '6000000' })).json().state).toBe('refused');
    expect((await account.shown()).amountDueMinor).toBe('10000000');
  });

  it('is taken of no source that was retired, nor without a secret', async () => {
    const path = `/v1/creditors/${floor.creditorId}/payment-sources`;
    const listed = (await api.call(supervisor, `GET ${path}`)).body;
    expect(listed).toContain(source.id);
    expect(listed).not.toContain(source.secret);
    const sealed = await query<{ sealed: Buffer }>(
      'select secret_sealed as sealed from payment_source where id = $1',
      [source.id],
    );
    expect(sealed[0]!.sealed.includes(Buffer.from(source.secret))).toBe(false);
    expect((await api.call(manager, `DELETE ${path}/${source.id}`)).statusCode).toBe(200);
    expect((await send(payment())).statusCode).toBe(404);
    expect(api.logLines.join('')).not.toContain(source.secret);
  });
});

describe('K14: a payment that is taken back', () => {
  it('opens the account again, however often it is told', async () => {
    const paid = payment({ amountMinor: '15000000' });
    await send(paid);
    expect(await account.shown()).toMatchObject({ amountDueMinor: '0', status: 'paid' });
    const reversal = { type: 'payment.reversed', paymentId: paid.paymentId, reason: 'chargeback' };
    await send(reversal);
    await send({ ...reversal, reason: 'told again' });
    expect(await account.shown()).toMatchObject({ amountDueMinor: '15000000', status: 'open' });
    expect(await account.events('payment.reversed')).toHaveLength(1);
  });

  it('before it was heard of never counts', async () => {
    const paid = payment();
    await send({ type: 'payment.reversed', paymentId: paid.paymentId });
    await send(paid);
    expect((await account.shown()).amountDueMinor).toBe('15000000');
    expect(await paymentsOf('state=reversed')).toHaveLength(1);
  });

  it('ends the quiet that it began', async () => {
    const paid = payment();
    await send(paid);
    const holds = async () =>
      (await api.call(supervisor, `GET /v1/holds?accountId=${account.id}`)).json().items;
    expect(await holds()).toMatchObject([{ kind: 'payment_received', liftedAt: null }]);
    await send({ type: 'payment.reversed', paymentId: paid.paymentId });
    expect((await holds())[0].liftedAt).not.toBeNull();
  });
});

describe('K14: a payment whose account is not known', () => {
  it('waits for a supervisor, who says whose it is', async () => {
    await send(payment({ accountExternalId: 'nobody’s' }));
    await send(payment({ accountExternalId: undefined }));
    await send(payment({ currency: 'USD' }));
    const unmatched = await paymentsOf('state=unmatched');
    expect(unmatched.map((each: { unmatchedReason: string }) => each.unmatchedReason)).toEqual([
      'currency_mismatch',
      'no_reference',
      'unknown_account',
    ]);
    const open = async () =>
      (await api.call(supervisor, 'GET /v1/tasks?kind=payment_unmatched&done=false'))
        .json()
        .items.filter((task: { creditorId: string }) => task.creditorId === floor.creditorId);
    expect(await open()).toHaveLength(3);
    const assign = (id: string, to: string, key = supervisor) =>
      api.call(key, `POST /v1/payments/${id}/assign`, { body: { accountId: to } });
    const other = await makeFloor(api.database.db);
    const [elsewhere] = (await other.addDebtor()).accountIds;
    expect((await assign(unmatched[0].id, account.id)).json()).toMatchObject({
      code: 'invalid_fact',
    });
    expect((await assign(unmatched[2].id, elsewhere!)).json()).toMatchObject({
      code: 'invalid_fact',
    });
    const bound = await api.boundKey('supervisor', other.creditorId);
    expect((await assign(unmatched[2].id, elsewhere!, bound)).statusCode).toBe(404);
    const mine = await api.boundKey('supervisor', floor.creditorId);
    expect((await assign(unmatched[2].id, account.id, mine)).json()).toMatchObject({
      ...{ state: 'matched', accountId: account.id, allocations: [{ amountMinor: '5000000' }] },
    });
    expect((await assign(unmatched[2].id, account.id)).statusCode).toBe(200);
    expect((await account.shown()).amountDueMinor).toBe('10000000');
    expect(await open()).toHaveLength(2);
    const [second] = (await floor.addDebtor()).accountIds;
    expect((await assign(unmatched[2].id, second!)).statusCode).toBe(409);
  });

  it('is found by what it was paid to', async () => {
    const items = [{ kind: 'virtual_account', label: 'Bank Contoh', value: '8808100200300' }];
    const path = `PUT /v1/accounts/${account.id}/payment-instructions`;
    expect((await api.call(manager, path, { body: { items } })).json()).toEqual({ items });
    await send(payment({ accountExternalId: undefined, reference: '8808100200300' }));
    expect((await account.shown()).amountDueMinor).toBe('10000000');
  });
});

describe('K15: more than is owed', () => {
  it('is kept as credit', async () => {
    await send(payment({ amountMinor: '16000000' }));
    expect(await account.shown()).toMatchObject({ amountDueMinor: '0', status: 'paid' });
    const [row] = await query<{ credit: bigint }>(
      'select credit_minor as credit from account where id = $1',
      [account.id],
    );
    expect(row!.credit).toBe(1_000_000n);
    const debt = (await api.call(supervisor, `GET /v1/accounts/${account.id}/debt`)).json();
    expect(debt).toMatchObject({ totalMinor: '0', oldestDueDate: null, daysPastDue: 0 });
  });
});

describe('K14: a file of payments', () => {
  it('counts row by row as deliveries do, refuses by row, and once more changes nothing', async () => {
    const [creditor] = await query<{ code: string }>('select code from creditor where id = $1', [
      floor.creditorId,
    ]);
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const file = [
      'payment_id,type,amount,paid_at,external_account_id,provider',
      `P1,,50000,${day},${account.externalId},`,
      `P2,,0,${day},${account.externalId},`,
      `P3,,1000,${day},nobody’s,`,
      `P4,,20000,${day},${account.externalId},bank-contoh`,
      `P4,reversal,,,,bank-contoh`,
      `P1,,60000,${day},${account.externalId},`,
    ].join('\n');
    const run = async (dryRun: boolean) =>
      (
        await api.call(
          await api.boundKey('manager', floor.creditorId),
          `POST /v1/imports/payments?creditor=${creditor!.code}&dryRun=${String(dryRun)}`,
          { body: file, headers: { 'content-type': 'text/csv' } },
        )
      ).json();
    const refused = [
      { line: 3, field: 'amount_minor' },
      { line: 7, field: 'paymentId', reason: 'names another payment' },
    ];
    await run(true);
    expect((await account.shown()).amountDueMinor).toBe('15000000');
    expect(await run(false)).toMatchObject({ newCount: 4, rejectedCount: 2, rejections: refused });
    expect((await account.shown()).amountDueMinor).toBe('10000000');
    expect(await paymentsOf('state=unmatched')).toHaveLength(1);
    expect(await paymentsOf('state=reversed')).toHaveLength(1);
    expect(await run(false)).toMatchObject({ newCount: 0, unchangedCount: 4 });
    expect((await account.shown()).amountDueMinor).toBe('10000000');
  });
});
