import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCreditor } from '../../src/db/creditors';
import type { ImportReport } from '../../src/domain/import-report';
import type { ImportAccountsInput } from '../../workers/import-accounts';
import { UnknownCreditorError } from '../../workers/import-file';
import { csv, importCounts as counts, importFile, type FileData } from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
describe('importAccounts', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    for (const code of ['bank-a', 'bank-b']) await createCreditor(test.db, { code, name: code });
  });
  afterEach(() => test.drop());

  const run = (data: FileData, over?: Partial<ImportAccountsInput>): Promise<ImportReport> =>
    importFile(test.db, data, over);
  /** What an import writes, whole; without ids, which differ from run to run. */
  const content = async (): Promise<unknown> => {
    const { rows } = await test.db.query<{ all: unknown }>(
      `select jsonb_build_object(
         'accounts', (select jsonb_agg(to_jsonb(a) - 'id' order by a.external_id, a.creditor_id) from account a),
         'debtors', (select jsonb_agg(to_jsonb(d) order by d.id) from debtor d),
         'references', (select jsonb_agg(to_jsonb(r) order by r.external_id) from debtor_reference r),
         'phones', (select jsonb_agg(to_jsonb(p) order by p.id) from phone p)) as all`,
    );
    return rows[0]?.all;
  };
  const one = async (sql: string): Promise<Record<string, unknown> | undefined> =>
    (await test.db.query<Record<string, unknown>>(sql)).rows[0];
  /** The report without what is the run's own. */
  const bare = ({ importId: _id, dryRun: _dry, ...rest }: ImportReport): unknown => rest;

  it('imports the example, tells so once, and changes nothing the second time', async () => {
    const file = readFileSync(join(EXAMPLES, 'accounts.csv'));
    const first = await run(file);
    expect(counts(first)).toEqual([500, 0, 0, 0]);
    expect(first).toMatchObject({ state: 'done', error: null, rejections: [] });
    const before = await content();
    const second = await run(file);
    expect(counts(second)).toEqual([0, 0, 500, 0]);
    expect(await content()).toEqual(before);
    expect(second.fileSha256).toBe(first.fileSha256);
    expect(second.fileSha256).toMatch(/^[0-9a-f]{64}$/);

    expect(
      await one(`select count(*)::int as persons,
        count(*) filter (where (select count(*) from account where debtor_id = debtor.id) = 2)::int as "withTwo"
        from debtor`),
    ).toEqual({ persons: 450, withTwo: 50 });
    expect(
      await one(`select count(*)::int as third from phone where owner <> 'debtor'`),
    ).not.toEqual({ third: 0 });
    const { rows: events } = await test.db.query<{ payload: unknown }>(
      `select payload from event where type = 'import.finished' order by id`,
    );
    expect(events.map((event) => event.payload)).toEqual([
      {
        importId: first.importId,
        state: 'done',
        newCount: 500,
        changedCount: 0,
        unchangedCount: 0,
        rejectedCount: 0,
      },
      {
        importId: second.importId,
        state: 'done',
        newCount: 0,
        changedCount: 0,
        unchangedCount: 500,
        rejectedCount: 0,
      },
    ]);
  });

  it('keeps amounts exact, dates as they are, and no national id', async () => {
    await run(
      csv(
        'A1,P1,Budi Santoso,0000001508910007,Bali,1500000.05,2026-11-05,0812-0000-1234,,021-50001234,employer',
      ),
    );
    expect(
      await one(`select a.amount_due_minor, a.due_date, a.currency, a.status, d.province,
        octet_length(d.identity_hash) as hash from account a join debtor d on d.id = a.debtor_id`),
    ).toEqual({
      amount_due_minor: 150_000_005n,
      due_date: '2026-11-05',
      currency: 'IDR',
      status: 'open',
      province: 'ID-BA',
      hash: 32,
    });
    const { rows } = await test.db.query(
      'select e164, owner, line, position from phone order by position',
    );
    expect(rows).toEqual([
      { e164: '+6281200001234', owner: 'debtor', line: 'mobile', position: 1 },
      { e164: '+622150001234', owner: 'employer', line: 'fixed', position: 2 },
    ]);
    const all = JSON.stringify(await content());
    expect(all).not.toContain('0000001508910007');
  });

  it('rejects each mistake of the example file by line, and imports the good row', async () => {
    const report = await run(readFileSync(join(EXAMPLES, 'accounts-with-mistakes.csv')));
    expect(counts(report)).toEqual([1, 0, 0, 12]);
    expect(report.rejections.map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [3, 'amount_due', 'has separators of thousands'],
      [4, 'due_date', 'the day or the month first: 5/11 is two dates'],
      [5, 'phone', 'in the notation of a spreadsheet'],
      [6, 'phone', 'a service number (premium, toll-free or company-wide)'],
      [7, 'province', 'not a province of Indonesia'],
      [8, 'name', 'empty'],
      [9, 'phone_2_owner', 'not a kind of owner'],
      [10, 'external_account_id', 'duplicate of line 2'],
      [11, 'row', 'has 9 values, the header has 14 columns'],
      [12, 'row', 'has 15 values, the header has 14 columns'],
      [13, 'national_id', 'not a NIK'],
      [14, 'phone_2', 'given twice, for debtor and emergency'],
    ]);
    expect(report.rejections.every(({ accepted }) => accepted !== '')).toBe(true);
    // no name, number or identity of a person is told; the report's own id may look like part of one
    expect(JSON.stringify(report.rejections)).not.toMatch(/Halim|90\d\d-|8120000|1508910000/);
  });

  it('reports in a dry run what the real run does, and writes nothing', async () => {
    await run(
      csv(
        'A1,P1,Budi Santoso,0000001508910007,Bali,1000,2026-11-05,081200000001,,081200000002,emergency',
      ),
    );
    // 1,200 rows: what a later batch is refused for stands in an earlier one
    const filler = Array.from(
      { length: 1_200 },
      (_, n) => `F${n},,Siti Aminah,,Bali,1,2026-11-05,,,,`,
    );
    const file = csv(
      'A1,P1,Budi Santoso,0000001508910007,Bali,2000,2026-11-05,081200000001,,,',
      'A2,P2,Rina Halim,0000001508910009,Bali,1,2026-11-05,081200000003,spouse,,',
      ...filler,
      'A3,P2,Rina Halim,,Bali,1,2026-11-05,081200000003,,,',
      'A4,P1,Budi Santoso,,Bali,1,2026-11-05,081200000002,,,',
      'A5,P2,Rina Halim,0000001508910010,Bali,1,2026-11-05,,,,',
      'A6,P9,Rina Halim,0000001508910009,Bali,1,2026-11-05,,,,',
      'A1,P1,Budi Santoso,,Bali,3000,2026-11-05,,,,',
      'F7,P1,Siti Aminah,,Bali,1,2026-11-05,,,,',
      'A8,P8,,,Bali,x,2026-11-05,,,,',
    );
    const before = await content();
    const dry = await run(file, { dryRun: true });
    expect(await content()).toEqual(before);
    const real = await run(file);
    expect(bare(dry)).toEqual(bare(real));
    expect(counts(real)).toEqual([1_202, 1, 0, 6]);
    expect(real.rejections.map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [1204, 'phone', 'on file as a number of: spouse'],
      [1205, 'phone', 'on file as a number of: emergency'],
      [1206, 'national_id', 'differs from the one on file'],
      [1208, 'external_account_id', 'duplicate of line 2'],
      [1209, 'external_account_id', 'duplicate of line 11'],
      [1210, 'amount_due', 'not an amount'],
      [1210, 'name', 'empty'],
    ]);
    expect(
      await one(`select count(*)::int as n from event where type = 'import.finished'`),
    ).toEqual({ n: 2 });
  });

  it('changes amount and date, and leaves what calls have found out', async () => {
    await run(csv('A1,P1,Budi,,Bali,1000,2026-11-05,081200000001,,081200000002,'));
    await test.db.query(`update phone set status = 'wrong_number' where e164 = '+6281200000001'`);
    await test.db.query(
      `update account set blocked_reason = 'dispute', next_attempt_at = '2026-12-01T00:00:00Z', attempt_count = 3`,
    );
    const report = await run(csv('A1,P1,Budi,,Bali,2000,2026-11-06,081200000001,,081200000003,'));
    expect(counts(report)).toEqual([0, 1, 0, 0]);
    expect(
      await one(
        'select amount_due_minor, due_date, blocked_reason, next_attempt_at, attempt_count from account',
      ),
    ).toEqual({
      amount_due_minor: 200_000n,
      due_date: '2026-11-06',
      blocked_reason: 'dispute',
      next_attempt_at: new Date('2026-12-01T00:00:00Z'),
      attempt_count: 3,
    });
    const { rows } = await test.db.query(
      'select e164, status, position from phone order by position',
    );
    expect(rows).toEqual([
      { e164: '+6281200000001', status: 'wrong_number', position: 1 },
      { e164: '+6281200000002', status: 'active', position: 2 },
      { e164: '+6281200000003', status: 'active', position: 3 },
    ]);
  });

  it('takes 0 as paid, opens again, and keeps closed accounts closed', async () => {
    const amount = (value: string): Promise<ImportReport> =>
      run(
        csv(
          `A1,,Budi,,Bali,${value},2026-11-05,081200000001,,,`,
          `A2,,Siti,,Bali,${value},2026-11-05,081200000002,,,`,
        ),
      );
    await amount('0');
    await test.db.query(`update account set status = 'closed' where external_id = 'A2'`);
    const statuses = async (): Promise<unknown[]> =>
      (await test.db.query('select status from account order by external_id')).rows;
    expect(await statuses()).toEqual([{ status: 'paid' }, { status: 'closed' }]);
    await test.db.query(`update account set next_attempt_at = null`);
    await amount('5');
    expect(await statuses()).toEqual([{ status: 'open' }, { status: 'closed' }]);
    expect(
      await one(`select next_attempt_at is not null as due from account where external_id = 'A1'`),
    ).toEqual({ due: true });
  });

  it('blocks an account without a number to call, until one comes', async () => {
    const blocked = (): Promise<unknown> => one('select blocked_reason from account');
    await run(csv('A1,,Budi,,Bali,1,2026-11-05,081200000001,emergency,,'));
    expect(await blocked()).toEqual({ blocked_reason: 'no_dialable_phone' });
    await run(csv('A1,,Budi,,Bali,1,2026-11-05,081200000001,emergency,081200000002,'));
    expect(await blocked()).toEqual({ blocked_reason: null });
    await run(csv('A1,,Budi,,Bali,1,2026-11-05,081200000001,emergency,081200000002,spouse'));
    expect(await blocked()).toEqual({ blocked_reason: 'no_dialable_phone' });
  });

  it('retires a number that was dialed and turns out to be of a third party', async () => {
    await run(csv('A1,,Budi,,Bali,1,2026-11-05,081200000001,,081200000002,'));
    await test.db.query(`
      with a as (insert into agent (name, sip_username, sip_ha1_md5, sip_ha1_sha256)
          values ('Ayu', 'ayu', 'x', 'x') returning id),
        s as (insert into agent_session (agent_id, leg_mode, cause)
          select id, 'per_call', 'signed_in' from a returning id, agent_id),
        c as (insert into campaign (creditor_id, name, rule_packs)
          select id, 'c', '{}' from creditor where code = 'bank-a' returning id, creditor_id),
        d as (insert into decision (stage, verdict, expires_at, facts, record,
            creditor_id, campaign_id, account_id, debtor_id)
          select 'reserve', 'allow', now(), '{}', '{}', c.creditor_id, c.id, account.id, debtor_id
          from c, account returning id, creditor_id, campaign_id, account_id, debtor_id)
      insert into attempt (creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
        agent_id, agent_session_id, decision_id)
      select d.creditor_id, campaign_id, 1, account_id, d.debtor_id, phone.id, s.agent_id, s.id, d.id
      from d, s, phone where e164 = '+6281200000001'`);
    const row = 'A1,,Budi,,Bali,1,2026-11-05,081200000001,spouse,081200000002,employer';
    expect(counts(await run(csv(row), { dryRun: true }))).toEqual([0, 1, 0, 0]);
    expect(counts(await run(csv(row)))).toEqual([0, 1, 0, 0]);
    const { rows } = await test.db.query('select owner, status from phone order by position');
    expect(rows).toEqual([
      { owner: 'debtor', status: 'retired' },
      { owner: 'employer', status: 'active' },
    ]);
  });

  it('knows a person across creditors by the identity, and not by the number of an account', async () => {
    await run(csv('A1,,Budi,0000001508910007,Bali,1,2026-11-05,081200000001,,,'));
    await run(
      csv(
        'A1,,Budi,0000-0015-0891-0007,,1,2026-11-05,081200000001,,081200000002,',
        'A2,,Siti,,Bali,1,2026-11-05,,,,',
      ),
      {
        creditorCode: 'bank-b',
      },
    );
    expect(
      await one('select count(*)::int as persons, max(province) as province from debtor'),
    ).toEqual({
      persons: 2,
      province: 'ID-BA',
    });
    expect(await one('select count(*)::int as phones from phone')).toEqual({ phones: 2 });
  });

  it('reads JSON lines to the same accounts', async () => {
    await run(
      csv(
        'A1,P1,Budi,0000001508910007,Bali,1500000.50,2026-11-05,081200000001,,081200000002,spouse',
      ),
    );
    const line = JSON.stringify({
      external_account_id: 'A1',
      external_debtor_id: 'P1',
      name: 'Budi',
      national_id: '0000001508910007',
      province: 'ID-BA',
      amount_due_minor: 150_000_050,
      due_date: '2026-11-05',
      phones: [{ number: '+62 812 0000 0001' }, { number: '0812-0000-0002', owner: 'spouse' }],
    });
    expect(counts(await run(`${line}\n{"name":\n`, { format: 'jsonl' }))).toEqual([0, 0, 1, 1]);
  });

  it('knows its creditors', async () => {
    await expect(run('', { creditorCode: 'nobody' })).rejects.toThrow(UnknownCreditorError);
  });
});
