import { promote } from '../../../dialer/promote';
import { lockNext, lockReadyAccounts } from '../../../src/db/ready-accounts';
import type { Transaction } from '../../../src/db/database';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('takes the next account without sorting all that are ready', async () => {
  const floor = await makeFloor(test.db);
  await test.db.query(
    `with person as (insert into debtor (name)
       select 'Orang ' || n from generate_series(1, 5000) n returning id, name),
     number as (insert into phone (debtor_id, e164, owner)
       select id, '+628' || 1200000000 + substr(name, 7)::int, 'debtor' from person)
     insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
         due_date, content_hash)
       select $1, id, name, 'IDR', 100, '2026-10-01', '' from person`,
    [floor.creditorId],
  );
  await promote(makeGate(test.db), floor.campaignId);
  await test.db.query('analyze');
  await floor.addReadyAgent();
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
    expect(await lockReadyAccounts(explained, floor.campaignId, 1)).toHaveLength(1);
    const from = { campaignId: floor.campaignId, ownOf: null };
    expect(await lockNext(explained, from, () => Promise.resolve())).toMatchObject({
      ready: { campaignId: floor.campaignId },
    });
  });
  const walks = plans.filter((plan) => plan.includes('ready_rank'));
  expect(walks).toHaveLength(2);
  // a lock above a sort reads every row that is ready before it takes the first
  for (const plan of walks) {
    const ofReady = plan.slice(Math.max(0, plan.indexOf('CTE ready')));
    expect(ofReady.slice(0, ofReady.indexOf('ready_rank'))).not.toContain('Sort');
  }
});

it('counts days past due in the creditor’s calendar, whatever zone the server stands in', async () => {
  const floor = await makeFloor(test.db);
  const { accountIds } = await floor.addDebtor();
  // due yesterday in Jakarta: one day past due
  await test.db.query(
    `update account set due_date = (now() at time zone 'Asia/Jakarta')::date - 1 where id = $1`,
    accountIds,
  );
  await test.db.query(`update campaign set filter = '{"daysPastDue":{"from":1,"to":1}}'`);
  // at any instant one of the two has another date than Jakarta
  for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12']) {
    await promote(makeGate(test.db), floor.campaignId);
    await test.db.transaction(async (tx) => {
      await tx.query(`set local timezone to '${zone}'`);
      const [taken] = await lockReadyAccounts(tx, floor.campaignId, 1);
      expect(taken).toMatchObject({ accountId: accountIds[0], stands: true, daysPastDue: 1 });
    });
  }
});
