import { readDebt } from '../../../../src/db/debts';
import type { Database } from '../../../../src/db/database';
import { settleAccount } from '../../../../src/db/settle-account';
import { makeFloor, type Floor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
let db: Database;
let floor: Floor;
let accountId: string;
let debtorId: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = test.db;
  floor = await makeFloor(db);
});
afterAll(() => test.drop());
beforeEach(async () => {
  const added = await floor.addDebtor();
  debtorId = added.debtorId;
  accountId = added.accountIds[0]!;
});

let payments = 0;
const pay = async (amountMinor: number): Promise<string> => {
  const { rows } = await db.query<{ id: string }>(
    `insert into payment (creditor_id, account_id, debtor_id, provider, provider_payment_id,
       amount_minor, currency, paid_at, matched_at)
     values ($1, $2, $3, 'test', $4, $5, 'IDR', now(), now()) returning id`,
    [floor.creditorId, accountId, debtorId, `t-${++payments}`, amountMinor],
  );
  return rows[0]!.id;
};
const settle = (): Promise<void> =>
  db.transaction((tx) => settleAccount(tx, { accountId, cause: 'test', actor: 'test' }));
const account = async () =>
  (
    await db.query(
      `select amount_due_minor::int as due, credit_minor::int as credit, status, due_date as "dueDate"
       from account where id = $1`,
      [accountId],
    )
  ).rows[0];
const count = async (from: string): Promise<number> =>
  (await db.query<{ n: number }>(`select count(*)::int as n from ${from}`)).rows[0]!.n;
const state = async (): Promise<number> =>
  (await count('payment_allocation')) + (await count('event')) + (await count('payment_silence'));

describe('K1: an account that states no instalments', () => {
  it('has one, all of it principal, that bears its own id', async () => {
    const debt = await readDebt(db, accountId);
    expect(debt?.instalments).toEqual([
      {
        ...{ id: accountId, number: 1, dueDate: '2026-10-01' },
        outstanding: {
          ...{ principalMinor: 15_000_000n, interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n },
        },
      },
    ]);
    expect(await readDebt(db, debtorId)).toBeNull();
  });
});

describe('K14: settling an account', () => {
  it('writes what its facts come to, and nothing when nothing has changed', async () => {
    await pay(5_000_000);
    await settle();
    expect(await account()).toMatchObject({ due: 10_000_000, credit: 0, status: 'open' });
    const before = await state();
    await settle();
    expect(await state()).toBe(before);
    await pay(12_000_000);
    await settle();
    expect(await account()).toMatchObject({ due: 0, credit: 2_000_000, status: 'paid' });
  });

  it('opens it again when a payment is taken back, and moves its date by what is owed', async () => {
    await db.query(
      `insert into instalment (creditor_id, account_id, number, due_date, principal_minor)
       values ($1, $2, 1, '2026-10-01', 5000000), ($1, $2, 2, '2026-11-01', 10000000)`,
      [floor.creditorId, accountId],
    );
    const first = await pay(5_000_000);
    await settle();
    expect(await account()).toMatchObject({ due: 10_000_000, dueDate: '2026-11-01' });
    await pay(10_000_000);
    await settle();
    expect(await account()).toMatchObject({ due: 0, status: 'paid' });
    await db.query('update payment set reversed_at = clock_timestamp() where id = $1', [first]);
    await settle();
    // the second payment pays the first instalment now
    expect(await account()).toMatchObject({
      due: 5_000_000,
      status: 'open',
      dueDate: '2026-11-01',
    });
    expect(await count(`payment_allocation where payment_id = '${first}'`)).toBe(0);
    expect(await count(`payment_silence where account_id = '${accountId}' and to_at is null`)).toBe(
      0,
    );
  });
});
