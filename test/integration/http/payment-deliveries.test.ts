import { keepDelivery, processForgotten } from '../../../src/db/payment-deliveries';
import { TRIES_OF_A_DELIVERY } from '../../../src/domain/delivery-retry';
import { startApi, type Api } from '../../support/http-api';
import { PaidAccount } from '../../support/paid-account';

let api: Api;
let supervisor: string;
let account: PaidAccount;
beforeAll(async () => {
  api = await startApi();
  supervisor = await api.key('supervisor');
});
afterAll(() => api.close());
beforeEach(async () => {
  account = await PaidAccount.add(api, await api.key('manager'), supervisor);
});

const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await api.database.db.query<T>(sql, values)).rows;
const payment: PaidAccount['payment'] = (more) => account.payment(more);

describe('K14: a delivery of a payment source that was kept', () => {
  it('whose process ended before it was looked at is done by the workers', async () => {
    const body = Buffer.from(JSON.stringify(payment()));
    await keepDelivery(
      api.database.db,
      { id: account.source.id, creditorId: account.floor.creditorId },
      body,
    );
    await query(`update payment_delivery set next_try_at = now()`);
    expect(await processForgotten(api.database.db)).toBe(1);
    expect((await account.shown()).amountDueMinor).toBe('10000000');
    expect(await processForgotten(api.database.db)).toBe(0);
  });

  it('that fails lets others through, is tried later each time, and waits for a person in the end', async () => {
    await query(`create function poison() returns trigger language plpgsql as
      $$ begin raise exception 'Orang 1 paid' using errcode = 'P0042'; end $$`);
    await query(`create trigger poison before insert on payment for each row
      when (new.provider_payment_id = 'poison') execute function poison()`);
    const of = { id: account.source.id, creditorId: account.floor.creditorId };
    const keep = (more: object) =>
      keepDelivery(api.database.db, of, Buffer.from(JSON.stringify(payment(more))));
    const poisoned = await keep({ paymentId: 'poison' });
    await keep({});
    const due = () =>
      query(`update payment_delivery set next_try_at = now() where state = 'received'`);
    const process = () => processForgotten(api.database.db);
    await due();
    await expect(process()).rejects.toThrow('1 payments not processed');
    expect((await account.shown()).amountDueMinor).toBe('10000000');
    // not before its time
    expect(await process()).toBe(0);
    for (let tries = 1; tries < TRIES_OF_A_DELIVERY; tries++) {
      await due();
      await expect(process()).rejects.toThrow();
    }
    await due();
    expect(await process()).toBe(0);
    const path = `GET /v1/payment-deliveries?state=failed&creditorId=${account.floor.creditorId}`;
    expect((await api.call(supervisor, path)).json().items).toMatchObject([
      { id: poisoned, failures: TRIES_OF_A_DELIVERY, failure: 'error P0042', problems: null },
    ]);
    const tasks = () =>
      query('select done_at is not null as done from task where subject_id = $1', [poisoned]);
    expect(await tasks()).toEqual([{ done: false }]);
    const [told] = await account.events('payment.delivery_failed');
    expect(told!.payload).toEqual({
      ...{ deliveryId: poisoned, failures: TRIES_OF_A_DELIVERY, failure: 'error P0042' },
    });

    await query('drop trigger poison on payment');
    await query('drop function poison');
    const retry = `POST /v1/payment-deliveries/${poisoned}/retry`;
    expect((await api.call(supervisor, retry)).json()).toMatchObject({
      ...{ state: 'received', failures: 0 },
    });
    expect((await api.call(supervisor, retry)).json()).toMatchObject({
      ...{ status: 409, code: 'invalid_transition' },
    });
    expect(await process()).toBe(1);
    expect((await account.shown()).amountDueMinor).toBe('5000000');
    expect(await tasks()).toEqual([{ done: true }]);
  });
});
