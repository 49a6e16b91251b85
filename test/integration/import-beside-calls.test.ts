import { createCreditor } from '../../src/db/creditors';
import { csv, importCounts, importFile } from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

describe('an import while campaigns run', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await createCreditor(test.db, { code: 'bank-a', name: 'Bank A' });
  });
  afterEach(() => test.drop());

  it('announces anew a due account that a campaign would now choose otherwise, and no other', async () => {
    const file = (amount: string, name = 'Budi'): string =>
      csv(
        `due,,${name},,Bali,${amount},2026-11-05,081200000001,,,`,
        `later,,Siti,,Bali,${amount},2026-11-05,081200000002,,,`,
        `paid,,Rina,,Bali,${amount === '5' ? '0' : amount},2026-11-05,081200000003,,,`,
      );
    await importFile(test.db, file('5'));
    const past = '2026-01-01T00:00:00.000Z';
    const future = '2099-01-01T00:00:00.000Z';
    await test.db.query(
      `update account set next_attempt_at = case external_id when 'later' then $2 else $1 end::timestamptz`,
      [past, future],
    );
    const moments = async (): Promise<unknown[]> => {
      const { rows } = await test.db.query<{ external_id: string; at: string }>(
        `select external_id, case when next_attempt_at > now() - interval '1 minute' and next_attempt_at <= now()
             then 'now' else next_attempt_at::date::text end as at
           from account order by external_id`,
      );
      return rows.map((row) => [row.external_id, row.at]);
    };
    // a name says nothing to the selection
    await importFile(test.db, file('5', 'Budi S'));
    expect(await moments()).toEqual([
      ['due', '2026-01-01'],
      ['later', '2099-01-01'],
      ['paid', '2026-01-01'],
    ]);
    await importFile(test.db, file('6', 'Budi S'));
    expect(await moments()).toEqual([
      ['due', 'now'],
      ['later', '2099-01-01'],
      ['paid', 'now'],
    ]);
  });

  it('lets campaigns look again at what became due while a batch waited', async () => {
    const file = csv('A1,,Budi,,Bali,1,2026-11-05,081200000001,,,');
    await createCreditor(test.db, { code: 'bank-b', name: 'Bank B' });
    // both campaigns have looked at all up to a moment that the import's transaction lies before
    await test.db.query(
      `with c as (insert into campaign (creditor_id, name) select id, code from creditor returning id)
       insert into promotion (campaign_id, head_at, head_due, head_id, pass_at, pass_due, pass_id, campaign_version)
       select id, now() + interval '1 hour', '2026-01-01', new_id(), now(), '2026-01-01', new_id(), 1 from c`,
    );
    const heads = async (): Promise<unknown[]> =>
      (
        await test.db.query(
          `select name, head_at <= (select next_attempt_at from account) as looks_again
           from promotion join campaign on campaign.id = campaign_id order by name`,
        )
      ).rows;
    await importFile(test.db, file, { dryRun: true });
    expect((await test.db.query('select 1 from promotion where head_at < now()')).rowCount).toBe(0);
    await importFile(test.db, file);
    expect(await heads()).toEqual([
      { name: 'bank-a', looks_again: true },
      { name: 'bank-b', looks_again: false },
    ]);
  });

  it('locks nobody of whom the file says nothing new, and writes no person anew', async () => {
    const file = (amount: string): string =>
      csv(
        'A1,P1,Budi,0000001508910007,Bali,1,2026-11-05,081200000001,,,',
        `A2,P2,Siti,,Bali,${amount},2026-11-05,081200000002,,,`,
      );
    await importFile(test.db, file('1'));
    await test.db.transaction(async (tx) => {
      await tx.query(`select 1 from debtor where name = 'Budi' for update`);
      // it would wait for this transaction, and the test for it
      expect(importCounts(await importFile(test.db, file('2')))).toEqual([0, 1, 1, 0]);
    });
    const amounts = await test.db.query(
      'select amount_due_minor from account order by external_id',
    );
    expect(amounts.rows).toEqual([{ amount_due_minor: 100n }, { amount_due_minor: 200n }]);
    const touched = await test.db.query('select 1 from debtor where updated_at > created_at');
    expect(touched.rowCount).toBe(0);
  });
});
