import { lockNextAccount } from '../../../src/db/selection';
import type { Transaction } from '../../../src/db/database';
import { makeFloor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('finds the next account without sorting all that are due', async () => {
  const floor = await makeFloor(test.db);
  await test.db.query(
    `with person as (insert into debtor (name)
       select 'Orang ' || n from generate_series(1, 5000) n returning id, name)
     insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
         due_date, content_hash)
       select $1, id, name, 'IDR', 100, '2026-10-01', '' from person`,
    [floor.creditorId],
  );
  await test.db.query('analyze');
  const plans: string[] = [];
  await test.db.transaction(async (tx) => {
    const explained: Transaction = {
      ...tx,
      query: async (sql, values) => {
        const { rows } = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return tx.query(sql, values);
      },
    };
    expect(await lockNextAccount(explained, floor.campaignId, [])).not.toBeNull();
  });
  expect(plans[0]).toContain('account_due');
  // a lock above a sort reads every row that is due before it takes the first
  expect(plans[0]).not.toContain('Sort');
});
