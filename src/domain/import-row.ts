import type { FieldProblem } from './field-problem';
import { IMPORT_COLUMNS, MAX_PHONES, PHONE_COLUMNS } from './import-columns';
import { isCurrency } from './money';
import { nearestWord } from './nearest-word';
import { parseDate, parsePastDate } from './parse-date';
import { parseDecimalAmount, parseMinorUnits } from './parse-amount';
import { PHONE_OWNERS, type PhoneOwner } from './phone-owner';
import { parsePhoneNumber, type PhoneNumber } from './phone-number';
import { refused, type Parsed } from './problem';
import { findProvince, provinces } from './province-zone';
import { parseStatedDebt, type StatedDebt } from './stated-debt';
import { canonicalZone } from './time-zone';

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
  /** ISO 8601 calendar date on which the written notice of the debt was mailed; null: not said. */
  readonly noticeMailedOn: string | null;
  readonly phones: readonly ImportPhone[];
  /** What it says of the debt beside amount and due date; null: nothing. */
  readonly debt: StatedDebt | null;
}

export interface ImportDefaults {
  /** ISO 4217, when the row names none. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2: numbering plan and identity numbers. */
  readonly country: string;
  /** By the books, `yyyy-mm-dd`: what has happened did not happen later. */
  readonly today: string;
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

  const externalAccountId = take('external_account_id', parseId(raw['external_account_id'], true));
  const name = required('name', 200);
  const dueDateText = required('due_date', 40);
  const dueDate = dueDateText === null ? null : take('due_date', parseDate(dueDateText));
  const currency = optional('currency', 10, parseCurrency) ?? defaults.currency;
  const amountDueMinor = parseAmount(raw, currency, take);
  const row = {
    externalDebtorId: take('external_debtor_id', parseId(raw['external_debtor_id'], false)),
    nationalId: optional('national_id', 40, (value) => parseNationalId(value, defaults.country)),
    province: optional('province', 100, parseProvince),
    timeZone: optional('time_zone', 64, parseTimeZone),
    product: optional('product', 100, keep),
    noticeMailedOn: optional('notice_mailed_on', 40, (day) => parsePastDate(day, defaults.today)),
    phones: parsePhones(raw, defaults.country, take),
  };
  const debt =
    amountDueMinor === null || dueDate === null
      ? null
      : parseStatedDebt(raw, { amountDueMinor, dueDate }, problems);
  if (
    problems.length > 0 ||
    externalAccountId === null ||
    name === null ||
    dueDate === null ||
    amountDueMinor === null
  ) {
    return { problems };
  }
  const given = row.externalDebtorId ?? '';
  const externalDebtorId = given === '' ? externalAccountId : given;
  return {
    row: {
      ...row,
      ...{ externalAccountId, externalDebtorId, name, currency, amountDueMinor, dueDate, debt },
    },
  };
}

type Take = <T>(field: string, parsed: Parsed<T>) => T | null;

const KNOWN_KEYS: ReadonlySet<string> = new Set([...IMPORT_COLUMNS, 'phones']);

function unknownKeys(raw: RawRow): FieldProblem[] {
  return Object.keys(raw)
    .filter((key) => !KNOWN_KEYS.has(key))
    .map((key) => ({
      field: key.slice(0, 40),
      reason: 'unknown field',
      accepted: nearestWord(key, IMPORT_COLUMNS) ?? IMPORT_COLUMNS.slice(0, 12).join(', '),
    }));
}

const EMPTY: Parsed<string> = { value: '' };
/** Plain ASCII with nothing to clean: what all but a few of a million values are. */
const CLEAN = /^[!#-~][!-~]*(?: [!-~]+)*$/;

/** Text of a value, trimmed, white space single, Unicode NFC; '' when not given. */
function text(value: unknown, maxLength: number): Parsed<string> {
  if (value === undefined || value === null || value === '') return EMPTY;
  if (typeof value === 'string') {
    return value.length <= maxLength && CLEAN.test(value) ? { value } : clean(value, maxLength);
  }
  // a number in JSON is exact only while it is a safe integer
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? clean(String(value), maxLength)
    : refused('not text', 'text in quotes, or a whole number');
}

function clean(given: string, maxLength: number): Parsed<string> {
  const value = given.normalize('NFC').trim().replace(/\s+/g, ' ');
  if (value.includes('\u{fffd}')) return refused('not readable as UTF-8', 'a file saved as UTF-8');
  if (/\p{Cc}/u.test(value)) return refused('holds control characters', 'printable text');
  if (value.startsWith('"')) {
    return refused(
      'a quotation mark out of place',
      'the whole value in quotation marks, those inside it doubled',
    );
  }
  if (value.length > maxLength) {
    return refused(`longer than ${maxLength} characters`, `at most ${maxLength} characters`);
  }
  return { value };
}

function present(given: Parsed<string>): Parsed<string> {
  return 'value' in given && given.value === '' ? refused('empty', 'a value in every row') : given;
}

/** The creditor's own number of an account or a debtor. */
function parseId(value: unknown, isRequired: boolean): Parsed<string> {
  const given = text(value, 64);
  // 1.23457E+15: the digits that would tell it from others are gone
  if ('value' in given && /^\d([.,]\d+)?E\+\d+$/i.test(given.value)) {
    return refused('in the notation of a spreadsheet', 'the number with all its digits, as text');
  }
  return isRequired ? present(given) : given;
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
  const zone = findZone(value);
  if (zone !== null) return { value: zone };
  return refused('not a time zone', 'an IANA name (Asia/Makassar), or WIB, WITA or WIT');
}

function findZone(name: string): string | null {
  // a bare offset or "EST" says nothing about the law and the clock of a place
  if (!/^[A-Za-z]+\/[A-Za-z_/-]+$/.test(name)) return null;
  const zone = canonicalZone(name);
  return zone === null || zone.startsWith('Etc/') || zone === 'UTC' ? null : zone;
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

const PHONE_FIELDS = PHONE_COLUMNS.map((field) => ({ field, owner: `${field}_owner` }));

function givenPhones(raw: RawRow, take: Take): GivenPhone[] {
  const fromColumns: GivenPhone[] = [];
  for (const { field, owner } of PHONE_FIELDS) {
    const number = raw[field];
    if (number !== undefined && number !== '')
      fromColumns.push({ field, number, owner: raw[owner] });
  }
  const list = raw['phones'];
  if (list === undefined || list === null) return fromColumns;
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
