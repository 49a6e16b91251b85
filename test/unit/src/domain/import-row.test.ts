import fc from 'fast-check';
import { parseImportRow, type ImportRow, type RawRow } from '../../../../src/domain/import-row';

const DEFAULTS = { currency: 'IDR', country: 'ID', today: '2026-11-23' };
const GOOD = {
  external_account_id: 'AC-1',
  name: 'Budi Santoso',
  province: 'Bali',
  amount_due: '1500000.50',
  due_date: '2026-11-05',
  phone: '0812-0000-1234',
};
const rowOf = (raw: RawRow): ImportRow => {
  const parsed = parseImportRow(raw, DEFAULTS);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.row;
};
const problemsOf = (raw: RawRow): Record<string, string> => {
  const parsed = parseImportRow(raw, DEFAULTS);
  if ('row' in parsed) throw new Error('accepted');
  return Object.fromEntries(parsed.problems.map(({ field, reason }) => [field, reason]));
};

describe('parseImportRow', () => {
  it('normalises a row', () => {
    expect(
      rowOf({ ...GOOD, name: '  Budi \t Santoso ', phone_2: '', phone_2_owner: 'spouse' }),
    ).toEqual({
      debt: null,
      externalAccountId: 'AC-1',
      externalDebtorId: 'AC-1',
      name: 'Budi Santoso',
      nationalId: null,
      province: 'ID-BA',
      timeZone: null,
      product: null,
      currency: 'IDR',
      amountDueMinor: 150_000_050n,
      dueDate: '2026-11-05',
      noticeMailedOn: null,
      phones: [{ e164: '+6281200001234', line: 'mobile', owner: 'debtor', field: 'phone' }],
    });
  });

  it('takes a list of phones and numbers from JSON', () => {
    const { phones, ...rest } = rowOf({
      ...GOOD,
      external_account_id: 17,
      amount_due: null,
      amount_due_minor: 150_000_050,
      phone: undefined,
      phones: [{ number: 81200001234 }, { number: '0812-0000-9999', owner: 'Emergency' }],
    });
    expect(rest).toMatchObject({ externalAccountId: '17', amountDueMinor: 150_000_050n });
    expect(phones.map(({ e164, owner }) => [e164, owner])).toEqual([
      ['+6281200001234', 'debtor'],
      ['+6281200009999', 'emergency'],
    ]);
  });

  it.each([
    ['province', 'Nowhere', /not a province/],
    ['time_zone', '+07:00', /not a time zone/],
    ['time_zone', 'Asia/Atlantis', /not a time zone/],
    ['time_zone', 'Etc/GMT+7', /not a time zone/],
    ['due_date', '05/11/2026', /the day or the month first/],
    ['due_date', '31.12.26', /the day or the month first/],
    ['due_date', '2026-11-05 00:00:00', /with a time/],
    ['due_date', '46331', /a spreadsheet keeps a date/],
    ['due_date', '20261105', /ISO 8601/],
    ['due_date', '2026-13-01', /no such day/],
    ['external_account_id', '1.23457E+15', /notation of a spreadsheet/],
    ['external_debtor_id', '1,2e+12', /notation of a spreadsheet/],
    ['due_date', '2026-02-30', /no such day/],
    ['due_date', '1026-11-05', /year is out of range/],
    ['due_date', '', /empty/],
    ['currency', 'RPX', /no such currency/],
    ['name', 'Bu\u{fffd}i', /UTF-8/],
    ['name', 'Bu\u0000di', /control characters/],
    ['name', '"Budi" Santoso', /quotation mark/],
    ['name', 'x'.repeat(201), /longer than 200/],
    ['name', '   ', /empty/],
    ['name', ['Budi'], /not text/],
    ['amount_due', 1500000.5, /not text/],
    ['amount_due', '', /empty/],
    ['national_id', '1111111111111111', /filler/],
    ['national_id', '3201010101010000', /not a NIK/],
    ['national_id', '3.20101E+15', /not a NIK/],
    ['phone_owner', 'istri', /kind of owner/],
    ['phones', [{ number: '0812-0000-1234', owner: 'spouse' }], /given twice/],
    ['phones', 'x', /list of phones/],
    ['amount_due_minor', '7', /differs/],
    ['phone2', '1', /unknown field/],
  ])('refuses %s %p', (field, value, reason) => {
    expect(Object.values(problemsOf({ ...GOOD, [field]: value })).join()).toMatch(reason);
  });

  it('takes the day on which the notice was mailed, up to today, and nothing for not said', () => {
    expect(rowOf({ ...GOOD, notice_mailed_on: '2026-11-23' }).noticeMailedOn).toBe('2026-11-23');
    expect(rowOf({ ...GOOD, notice_mailed_on: ' ' }).noticeMailedOn).toBeNull();
    const tomorrow = parseImportRow({ ...GOOD, notice_mailed_on: '2026-11-24' }, DEFAULTS);
    expect(tomorrow).toEqual({
      problems: [
        { field: 'notice_mailed_on', reason: 'in the future', accepted: 'a date up to 2026-11-23' },
      ],
    });
    expect(problemsOf({ ...GOOD, notice_mailed_on: '2026-02-30' })).toEqual({
      notice_mailed_on: 'no such day',
    });
  });

  it('tells every problem of a row at once', () => {
    expect(
      Object.keys(problemsOf({ external_account_id: 'A', phone: '1', due_date: 'x' })),
    ).toEqual(expect.arrayContaining(['name', 'due_date', 'amount_due', 'phone']));
  });

  it('names the province that was probably meant', () => {
    const parsed = parseImportRow({ ...GOOD, province: 'jawa brat' }, DEFAULTS);
    expect(parsed).toMatchObject({
      problems: [{ field: 'province', accepted: '"Jawa Barat" or ID-JB' }],
    });
  });

  it('knows zones by their short names, and lets a place be unknown', () => {
    expect(rowOf({ ...GOOD, time_zone: 'wita' }).timeZone).toBe('Asia/Makassar');
    // by its own name, of which the runtime knows an older one
    expect(rowOf({ ...GOOD, time_zone: 'asia/kolkata' }).timeZone).toBe('Asia/Kolkata');
    expect(rowOf({ ...GOOD, time_zone: 'Asia/Pontianak' }).timeZone).toBe('Asia/Pontianak');
    expect(rowOf({ ...GOOD, province: '' })).toMatchObject({ province: null, timeZone: null });
  });

  it('gives the same row again for what it has made of any text', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('', ' x '),
    );
    const raw = fc.record({ name: value, product: value, external_debtor_id: value });
    fc.assert(
      fc.property(raw, (given) => {
        const first = parseImportRow({ ...GOOD, ...given }, DEFAULTS);
        if ('problems' in first) return;
        const { row } = first;
        const again = rowOf({
          ...GOOD,
          name: row.name,
          product: row.product,
          external_debtor_id: row.externalDebtorId,
          province: row.province,
        });
        expect(again).toEqual(row);
      }),
    );
  });

  it('answers every JSON value with a row or problems', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(GOOD), 'phones'), fc.jsonValue()),
        (raw) => {
          const parsed = parseImportRow(raw, DEFAULTS);
          expect('row' in parsed || parsed.problems.length > 0).toBe(true);
        },
      ),
    );
  });
});
