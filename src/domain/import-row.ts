import type { FieldProblem } from './field-problem';
import { IMPORT_COLUMNS, MAX_PHONES, PHONE_COLUMNS } from './import-columns';
import { isCurrency } from './money';
import { nearestWord } from './nearest-word';
import { parseDecimalAmount, parseMinorUnits } from './parse-amount';
import { PHONE_OWNERS, type PhoneOwner } from './phone-owner';
import { parsePhoneNumber, type PhoneNumber } from './phone-number';
import { refused, type Parsed } from './problem';
import { findProvince, provinces } from './province-zone';

export interface ImportPhone extends PhoneNumber {
  readonly owner: PhoneOwner;
  /** Where the row gives it: `phone_2`. */
  readonly field: string;
}

/** One account as the file states it, normalised: equal rows mean the same. */
export interface ImportRow {
  readonly externalAccountId: string;
  /** The account's own id when the file names no debtor. */
  readonly externalDebtorId: string;
  readonly name: string;
  /** Digits of a national identity number; to be hashed, never kept. */
  readonly nationalId: string | null;
  /** ISO 3166-2, `ID-JK`. */
  readonly province: string | null;
  /** IANA zone. */
  readonly timeZone: string | null;
  readonly product: string | null;
  readonly currency: string;
  readonly amountDueMinor: bigint;
  /** ISO 8601 calendar date. */
  readonly dueDate: string;
  readonly phones: readonly ImportPhone[];
}

export interface ImportDefaults {
  /** ISO 4217, when the row names none. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2: numbering plan and identity numbers. */
  readonly country: string;
}

export type RawRow = Readonly<Record<string, unknown>>;

/**
 * Reads one row: every problem at once, or the account. Values are strings (CSV) or JSON values;
 * empty text and null mean "not given".
 */
export function parseImportRow(
  raw: RawRow,
  defaults: ImportDefaults,
): { readonly row: ImportRow } | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = unknownKeys(raw);
  const take = <T>(field: string, parsed: Parsed<T>): T | null => {
    if ('value' in parsed) return parsed.value;
    problems.push({ field, ...parsed.problem });
    return null;
  };
  const required = (field: string, maxLength: number): string | null =>
    take(field, present(text(raw[field], maxLength)));
  const optional = <T>(field: string, maxLength: number, parse: (value: string) => Parsed<T>) => {
    const given = take(field, text(raw[field], maxLength));
    return given === null || given === '' ? null : take(field, parse(given));
  };
  const keep = (value: string): Parsed<string> => ({ value });

  const externalAccountId = required('external_account_id', 64);
  const name = required('name', 200);
  const dueDateText = required('due_date', 40);
  const dueDate = dueDateText === null ? null : take('due_date', parseDate(dueDateText));
  const currency = optional('currency', 10, parseCurrency) ?? defaults.currency;
  const amountDueMinor = parseAmount(raw, currency, take);
  const row = {
    externalDebtorId: optional('external_debtor_id', 64, keep),
    nationalId: optional('national_id', 40, (value) => parseNationalId(value, defaults.country)),
    province: optional('province', 100, parseProvince),
    timeZone: optional('time_zone', 64, parseTimeZone),
    product: optional('product', 100, keep),
    phones: parsePhones(raw, defaults.country, take),
  };
  if (
    problems.length > 0 ||
    externalAccountId === null ||
    name === null ||
    dueDate === null ||
    amountDueMinor === null
  ) {
    return { problems };
  }
  const externalDebtorId = row.externalDebtorId ?? externalAccountId;
  return {
    row: { ...row, externalAccountId, externalDebtorId, name, currency, amountDueMinor, dueDate },
  };
}

type Take = <T>(field: string, parsed: Parsed<T>) => T | null;

function unknownKeys(raw: RawRow): FieldProblem[] {
  return Object.keys(raw)
    .filter((key) => !IMPORT_COLUMNS.includes(key) && key !== 'phones')
    .map((key) => ({
      field: key.slice(0, 40),
      reason: 'unknown field',
      accepted: nearestWord(key, IMPORT_COLUMNS) ?? IMPORT_COLUMNS.slice(0, 12).join(', '),
    }));
}

/** Text of a value, trimmed, white space single, Unicode NFC; '' when not given. */
function text(value: unknown, maxLength: number): Parsed<string> {
  if (value === undefined || value === null) return { value: '' };
  // a number in JSON is exact only while it is a safe integer
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isSafeInteger(value))) {
    return refused('not text', 'text in quotes, or a whole number');
  }
  const clean = String(value).normalize('NFC').trim().replace(/\s+/g, ' ');
  if (clean.includes('\u{fffd}')) return refused('not readable as UTF-8', 'a file saved as UTF-8');
  if (/\p{Cc}/u.test(clean)) return refused('holds control characters', 'printable text');
  if (clean.startsWith('"')) {
    return refused(
      'a quotation mark out of place',
      'the whole value in quotation marks, those inside it doubled',
    );
  }
  if (clean.length > maxLength) {
    return refused(`longer than ${maxLength} characters`, `at most ${maxLength} characters`);
  }
  return { value: clean };
}

function present(given: Parsed<string>): Parsed<string> {
  return 'value' in given && given.value === '' ? refused('empty', 'a value in every row') : given;
}

function parseAmount(raw: RawRow, currency: string, take: Take): bigint | null {
  const decimal = take('amount_due', text(raw['amount_due'], 40));
  const minor = take('amount_due_minor', text(raw['amount_due_minor'], 40));
  if (decimal === null || minor === null) return null;
  if (decimal === '' && minor === '') {
    return take('amount_due', refused('empty', 'an amount, 0 when nothing is due any more'));
  }
  const fromMinor = minor === '' ? null : take('amount_due_minor', parseMinorUnits(minor));
  const fromDecimal =
    decimal === '' ? null : take('amount_due', parseDecimalAmount(decimal, currency));
  if (fromMinor !== null && fromDecimal !== null && fromMinor !== fromDecimal) {
    return take(
      'amount_due',
      refused('differs from amount_due_minor', 'one of the two, or the same amount in both'),
    );
  }
  return fromMinor ?? fromDecimal;
}

function parseCurrency(value: string): Parsed<string> {
  const code = value.toUpperCase();
  return isCurrency(code)
    ? { value: code }
    : refused('no such currency', 'an ISO 4217 code: IDR, USD');
}

function parseDate(value: string): Parsed<string> {
  const accepted = 'year-month-day, 2026-11-05';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return refused('not a date in ISO 8601', accepted);
  const year = Number(value.slice(0, 4));
  if (year < 1990 || year > 2100) return refused('the year is out of range', accepted);
  // a day that the month does not have moves on into the next month
  const date = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value) {
    return refused('no such day', accepted);
  }
  return { value };
}

/**
 * Indonesia: NIK, 16 digits, of which the last four number the people born on one day in one
 * district and are never 0000 (that is what a spreadsheet leaves of them: it keeps 15 digits).
 * A filler like 1111… would make one person of many, so it is refused.
 */
function parseNationalId(value: string, country: string): Parsed<string> {
  const id = value.replace(/[\s.-]/g, '').toUpperCase();
  if (/^(.)\1*$/.test(id)) {
    return refused('a filler, not an identity number', 'the number, or nothing');
  }
  if (country === 'ID') {
    return /^\d{16}$/.test(id) && !id.endsWith('0000')
      ? { value: id }
      : refused('not a NIK', '16 digits that do not end in 0000, or nothing');
  }
  return /^[A-Z0-9]{5,32}$/.test(id)
    ? { value: id }
    : refused('not an identity number', '5 to 32 letters and digits, or nothing');
}

export function parseProvince(value: string): Parsed<string> {
  const province = findProvince(value);
  if (province !== null) return { value: province.code };
  const near = nearestWord(
    value,
    provinces().map((each) => each.name),
  );
  const meant = near === null ? null : findProvince(near);
  return refused(
    'not a province of Indonesia',
    meant === null
      ? 'an ISO 3166-2 code (ID-JK), a name (DKI Jakarta) or its short form (Jabar), or nothing'
      : `"${meant.name}" or ${meant.code}`,
  );
}

const ZONE_NAMES: Readonly<Record<string, string>> = {
  WIB: 'Asia/Jakarta',
  WITA: 'Asia/Makassar',
  WIT: 'Asia/Jayapura',
};

export function parseTimeZone(value: string): Parsed<string> {
  const named = ZONE_NAMES[value.toUpperCase()];
  if (named !== undefined) return { value: named };
  // a bare offset or "EST" says nothing about the law and the clock of a place
  if (/^[A-Za-z]+\/[A-Za-z_/-]+$/.test(value)) {
    try {
      const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions();
      if (!timeZone.startsWith('Etc/') && timeZone !== 'UTC') return { value: timeZone };
    } catch {
      // no such zone: refused below
    }
  }
  return refused('not a time zone', 'an IANA name (Asia/Makassar), or WIB, WITA or WIT');
}

interface GivenPhone {
  readonly field: string;
  readonly number: unknown;
  readonly owner: unknown;
}

function parsePhones(raw: RawRow, country: string, take: Take): readonly ImportPhone[] {
  const phones = new Map<string, ImportPhone>();
  for (const { field, number, owner } of givenPhones(raw, take)) {
    const digits = take(field, text(number, 40));
    if (digits === null || digits === '') continue;
    const parsed = take(field, parsePhoneNumber(digits, country));
    const whose = take(`${field}_owner`, parseOwner(owner));
    if (parsed === null || whose === null) continue;
    const twin = phones.get(parsed.e164);
    if (twin !== undefined && twin.owner !== whose) {
      take(field, refused(`given twice, for ${twin.owner} and ${whose}`, 'one owner a number'));
      continue;
    }
    if (twin === undefined) phones.set(parsed.e164, { ...parsed, owner: whose, field });
  }
  return [...phones.values()];
}

function givenPhones(raw: RawRow, take: Take): GivenPhone[] {
  const fromColumns = PHONE_COLUMNS.map((field) => ({
    field,
    number: raw[field],
    owner: raw[`${field}_owner`],
  }));
  const list = raw['phones'] ?? [];
  const isList =
    Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null);
  if (!isList || list.length > MAX_PHONES) {
    const accepted = `at most ${MAX_PHONES} of {"number": "+62…", "owner": "debtor"}`;
    take('phones', refused('not a list of phones', accepted));
    return fromColumns;
  }
  const fromList = (list as Record<string, unknown>[]).map((item, index) => ({
    field: `phones[${index}]`,
    number: item['number'],
    owner: item['owner'],
  }));
  return [...fromColumns, ...fromList];
}

function parseOwner(value: unknown): Parsed<PhoneOwner> {
  const given = text(value, 20);
  if ('problem' in given) return given;
  if (given.value === '') return { value: 'debtor' };
  const owner = PHONE_OWNERS.find((each) => each === given.value.toLowerCase());
  return owner === undefined
    ? refused('not a kind of owner', `${PHONE_OWNERS.join(', ')} (debtor when empty)`)
    : { value: owner };
}
