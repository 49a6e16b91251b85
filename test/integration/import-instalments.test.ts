import { createCreditor } from '../../src/db/creditors';
import { readDebt } from '../../src/db/debts';
import { recordPayment } from '../../src/db/payments';
import { importCounts as counts, importFile } from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await createCreditor(test.db, { code: 'bank-a', name: 'Bank Contoh' });
});
afterAll(() => test.drop());
const run = (data: string, over = {}) => importFile(test.db, data, over);
const one = async (sql: string): Promise<Record<string, unknown> | undefined> =>
  (await test.db.query<Record<string, unknown>>(sql)).rows[0];

it('K1: takes instalments, states them anew, and keeps what was paid since', async () => {
  const header = 'external_account_id,name,amount_due_minor,due_date,instalments,virtual_account';
  const file = (...rows: string[]): string => [header, ...rows].join('\n');
  const stated = 'A1,Budi,1000,2026-10-05,2026-10-05:500/60/0/5 2026-11-05:435,8808100200300';
  const debtOf = async () => {
    const [account] = (
      await test.db.query<{ id: string }>(`select id from account where external_id = 'A1'`)
    ).rows;
    return (await readDebt(test.db, account!.id))!;
  };
  expect(counts(await run(file(stated), { dryRun: true }))).toEqual([1, 0, 0, 0]);
  expect(await one('select count(*)::int as n from instalment')).toEqual({ n: 0 });
  await run(file(stated));
  expect(counts(await run(file(stated)))).toEqual([0, 0, 1, 0]);
  expect((await debtOf()).instalments).toMatchObject([
    { number: 1, outstanding: { principalMinor: 500n, interestMinor: 60n, feeMinor: 5n } },
    { number: 2, dueDate: '2026-11-05', outstanding: { principalMinor: 435n } },
  ]);
  const paid = { currency: 'IDR', paidAt: new Date().toISOString(), amountMinor: 565n };
  const origin = {
    ...{ provider: 'test', actor: 'test' },
    creditorId: (await one(`select id from creditor where code = 'bank-a'`))!['id'] as string,
  };
  await test.db.transaction((tx) =>
    recordPayment(tx, origin, {
      ...{ type: 'payment.received', paymentId: 'p', reference: '8808100200300', ...paid },
    }),
  );
  expect(await debtOf()).toMatchObject({ totalMinor: 435n, oldestDueDate: '2026-11-05' });
  // books of yesterday do not know of it; those of now do
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const asOf = (at: string, amount: string): string =>
    `external_account_id,name,amount_due_minor,due_date,stated_at\nA1,Budi,${amount},2026-10-05,${at}`;
  expect(counts(await run(asOf(yesterday, '1000')))).toEqual([0, 1, 0, 0]);
  expect((await debtOf()).totalMinor).toBe(435n);
  expect(await one('select amount_due_minor::int as due from account')).toEqual({ due: 435 });
  await run(asOf(new Date().toISOString(), '450'));
  expect(await debtOf()).toMatchObject({ totalMinor: 450n, instalments: [{ number: 1 }] });
  await run(asOf(new Date().toISOString(), '0'));
  const open = `select count(*)::int as n from payment_silence where to_at is null`;
  expect(await one(open)).toEqual({ n: 1 });
  await run(asOf(new Date().toISOString(), '7'));
  expect(await one(open)).toEqual({ n: 0 });
});
