import { FactsApi } from '../../support/facts-api';

let test: FactsApi;
let creditor: string;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(async () => {
  await test.renew();
  const { code } = await test.one('select code from creditor where id = $1', [
    test.floor.creditorId,
  ]);
  creditor = String(code);
  await test.db.query(
    `insert into debtor_reference (creditor_id, external_id, debtor_id) values ($1, 'D-1', $2)`,
    [test.floor.creditorId, test.person.debtorId],
  );
});

const upload = (kind: string, body: string, query = '', type = 'text/csv') =>
  test.api.call(test.manager, `POST /v1/imports/facts?kind=${kind}&creditor=${creditor}${query}`, {
    body,
    headers: { 'content-type': type },
  });
const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;
const counts = (newCount: number, unchangedCount: number, rejectedCount: number) => ({
  state: 'done',
  newCount,
  changedCount: 0,
  unchangedCount,
  rejectedCount,
});
const rowsOf = async (table: string): Promise<Record<string, unknown>[]> =>
  (
    await test.db.query<Record<string, unknown>>(
      `select * from ${table} where debtor_id = $1 order by id`,
      [test.person.debtorId],
    )
  ).rows;

describe('an import of facts', () => {
  it('places holds once, tells of bad rows by line and column, and resurrects nothing', async () => {
    const { debtorId, accountId, e164 } = test.person;
    const account = await test.one('select external_id from account where id = $1', [accountId]);
    const file = csv(
      'external_id,kind,external_debtor_id,external_account_id,phone,reason,starts_on,days',
      `H-1,cease,D-1,,,Surat pelanggan,,`,
      `H-2,dispute,,${String(account['external_id'])},,Sengketa,,`,
      `H-3,dnc,,,0${e164.slice(3)},Daftar,,`,
      `H-4,mourning,D-1,,,Kabar keluarga,2026-11-20,7`,
      `H-5,because,D-1,,,Surat,,`,
      `H-6,cease,D-9,,,Surat,,`,
      `H-7,cease,,,,Surat,,`,
      `H-1,dnc,D-1,,,Surat,,`,
      `H-8,dnc,,,12,Surat,,`,
      `H-9,mourning,D-1,,,Kabar,,x`,
    );
    const dry = await upload('holds', file, '&dryRun=true');
    expect(dry.json()).toMatchObject({ ...counts(4, 0, 6), dryRun: true });
    expect(await rowsOf('hold')).toEqual([]);
    const first = await upload('holds', file);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject(counts(4, 0, 6));
    const where = (first.json().rejections as { line: number; field: string }[]).map(
      ({ line, field }) => [line, field],
    );
    expect(where).toEqual([
      [6, 'kind'],
      [7, 'external_debtor_id'],
      [8, 'external_debtor_id'],
      [9, 'external_id'],
      [10, 'phone'],
      [11, 'days'],
    ]);
    const holds = await rowsOf('hold');
    expect(holds).toMatchObject([
      { kind: 'cease', account_id: null, source: `import:${creditor}` },
      { kind: 'dispute', account_id: accountId },
      { kind: 'mourning', starts_on: '2026-11-20', days: 7 },
    ]);
    const number = await test.get(`holds?debtorId=${debtorId}&kind=dnc`);
    expect(number.json().items).toMatchObject([{ debtorId: null, creditorId: null }]);

    await test.post(`holds/${String(holds[0]!['id'])}/lift`, { reason: 'Selesai' });
    expect((await upload('holds', file)).json()).toMatchObject(counts(0, 4, 6));
    expect(await rowsOf('hold')).toHaveLength(3);
    const { id } = { id: String(first.json().importId) };
    expect((await test.get(`imports/${id}`)).json()).toMatchObject({ kind: 'holds' });
    const { n } = await test.one(
      `select count(*)::int as n from audit_entry
       where action = 'hold.placed' and record like '%' || $1 || '%'`,
      [`import:${id}`],
    );
    expect(n).toBe(4);
  });

  it('takes consents, preferences and contacts, from CSV and JSON lines', async () => {
    const consents = csv(
      'kind;external_debtor_id;valid_from;valid_to;windows;includes_holidays;evidence',
      'time;D-1;2026-11-01T00:00:00+07:00;2027-11-01T00:00:00+07:00;7 09:00-12:00, x;ya;Rekaman',
      '"time";D-1;2026-11-01T00:00:00+07:00;2027-11-01T00:00:00+07:00;"1-5 17:00-20:00; 7 09:00-12:00";ya;Rekaman',
      'frequency;D-1;;;;;Formulir',
    );
    const given = await upload('consents', consents);
    expect(given.json()).toMatchObject(counts(2, 0, 1));
    expect(given.json().rejections).toMatchObject([{ line: 2, field: 'windows' }]);
    const windows = [
      { days: [1, 2, 3, 4, 5], from: '17:00', to: '20:00' },
      { days: [7], from: '09:00', to: '12:00' },
    ];
    expect(await rowsOf('consent')).toMatchObject([
      { kind: 'time', windows, includes_holidays: true },
      { kind: 'frequency', evidence: 'Formulir' },
    ]);
    // without an id of the source, what a row says is its id
    expect((await upload('consents', consents)).json()).toMatchObject(counts(0, 2, 1));

    const preferences = [
      { external_debtor_id: 'D-1', kind: 'refused', days: [5], from: '11:00', to: '13:30' },
      { external_debtor_id: 'D-1', kind: 'refused', days: '1-3', from: '08:00', to: '09:00' },
      { external_debtor_id: 'D-1', kind: 'refused', days: [8], from: '08:00', to: '09:00' },
    ];
    const lines = csv(...preferences.map((each) => JSON.stringify(each)), '{');
    const kept = await upload('preferences', lines, '', 'application/x-ndjson');
    expect(kept.json()).toMatchObject(counts(2, 0, 2));
    expect(await rowsOf('contact_preference')).toMatchObject([
      { days: [5], from_clock: '11:00' },
      { days: [1, 2, 3], from_clock: '08:00' },
    ]);

    const contacts = csv(
      'external_id,at,direction,outcome,external_debtor_id,phone',
      `C-1,2026-11-20T03:00:00Z,in,conversation,D-1,${test.person.e164}`,
      `C-2,2026-11-20T03:00:00Z,out,letter,D-1,`,
      `C-3,2026-11-20,out,letter,D-1,`,
    );
    const recorded = await upload('contacts', contacts);
    expect(recorded.json()).toMatchObject(counts(2, 0, 1));
    expect(recorded.json().rejections).toMatchObject([{ line: 4, field: 'at' }]);
    expect(await rowsOf('contact')).toMatchObject([
      { e164: test.person.e164, creditor_id: test.floor.creditorId },
      { e164: null, outcome: 'letter' },
    ]);
  });

  it('refuses a file of another kind, an unknown creditor and an unknown kind', async () => {
    const file = csv('external_id,kind,reason', 'H-1,cease,Surat');
    expect((await upload('holds', file)).json()).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('external_debtor_id'),
    });
    creditor = 'no-such';
    expect((await upload('holds', file)).json()).toMatchObject({ code: 'unknown_reference' });
    expect((await upload('accounts', file)).statusCode).toBe(400);
  });
});
