import type { z } from 'zod';
import { consentInput } from './consent-input';
import { contactInput } from './contact-input';
import { describeIssues } from './describe-issue';
import type { FieldProblem } from './field-problem';
import { holdInput } from './hold-input';
import type { ColumnTable } from './import-columns';
import type { RawRow } from './import-row';
import { parseDays, parseWindows } from './local-window-input';
import { nearestWord } from './nearest-word';
import { parsePhoneNumber } from './phone-number';
import { preferenceInput } from './preference-input';
import { refused, type Parsed } from './problem';

/** Kinds of facts that a file may hold; one kind a file. */
export const FACT_KINDS = ['holds', 'consents', 'preferences', 'contacts'] as const;
export type FactKind = (typeof FACT_KINDS)[number];

const SCHEMAS = {
  holds: holdInput,
  consents: consentInput,
  preferences: preferenceInput,
  contacts: contactInput,
} as const satisfies Record<FactKind, z.ZodType>;
export type FactInput<K extends FactKind> = z.output<(typeof SCHEMAS)[K]>;

type Convert = (text: string) => Parsed<unknown>;
const asText: Convert = (value) => ({ value });
const asNumber: Convert = (text) =>
  /^\d{1,9}$/.test(text)
    ? { value: Number(text) }
    : refused('not a whole number', 'digits alone, 7');
const asBoolean: Convert = (text) => {
  if (/^(true|yes|ya|1)$/i.test(text)) return { value: true };
  if (/^(false|no|tidak|0)$/i.test(text)) return { value: false };
  return refused('neither yes nor no', 'true or false');
};

/** Column -> field of the input, and how its text becomes the value. */
type Columns = Readonly<Record<string, readonly [field: string, convert: Convert]>>;
const COLUMNS: Readonly<Record<FactKind, Columns>> = {
  holds: {
    kind: ['kind', asText],
    reason: ['reason', asText],
    evidence: ['evidence', asText],
    from: ['from', asText],
    to: ['to', asText],
    starts_on: ['startsOn', asText],
    days: ['days', asNumber],
  },
  consents: {
    kind: ['kind', asText],
    evidence: ['evidence', asText],
    channel: ['channel', asText],
    purpose: ['purpose', asText],
    given_at: ['givenAt', asText],
    valid_from: ['validFrom', asText],
    valid_to: ['validTo', asText],
    windows: ['windows', parseWindows],
    includes_holidays: ['includesHolidays', asBoolean],
  },
  preferences: {
    kind: ['kind', asText],
    days: ['days', parseDays],
    from: ['from', asText],
    to: ['to', asText],
  },
  contacts: {
    at: ['at', asText],
    direction: ['direction', asText],
    outcome: ['outcome', asText],
    mode: ['mode', asText],
    place: ['place', asText],
    note: ['note', asText],
  },
};

/** Columns that say whom and what a row is about, and where it comes from. */
const REFERENCES = ['external_id', 'external_debtor_id', 'external_account_id', 'phone'] as const;
const NARROWING = 'only_this_creditor';
const REQUIRED: Readonly<Record<FactKind, readonly string[]>> = {
  holds: ['kind', 'reason'],
  consents: ['kind', 'evidence'],
  preferences: ['kind', 'days', 'from', 'to'],
  contacts: ['at', 'direction', 'outcome'],
};

export function factColumns(kind: FactKind): ColumnTable {
  const narrowing = kind === 'holds' || kind === 'consents' ? [NARROWING] : [];
  const references = REFERENCES.filter((name) => kind !== 'preferences' || name !== 'phone');
  const persons = ['external_debtor_id', 'external_account_id'];
  return {
    columns: [...references, ...Object.keys(COLUMNS[kind]), ...narrowing],
    required: [
      ...REQUIRED[kind].map((name) => [name]),
      kind === 'holds' ? [...persons, 'phone'] : persons,
    ],
  };
}

/** A row as the file states it; the ids of the database come later. */
export interface FactRow {
  readonly externalId: string | null;
  readonly externalDebtorId: string | null;
  readonly externalAccountId: string | null;
  /** E.164. */
  readonly number: string | null;
  readonly onlyThisCreditor: boolean;
  /** Fields of the input that the row fills in. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads one row: every problem at once, or what it states. Empty means "not given". */
export function parseFactRow(
  kind: FactKind,
  raw: RawRow,
  country: string,
): { readonly row: FactRow } | { readonly problems: readonly FieldProblem[] } {
  const table = factColumns(kind);
  const problems = unknownColumns(raw, table);
  const given = (name: string, convert: Convert): unknown => {
    const value = table.columns.includes(name) ? cellOf(raw[name]) : undefined;
    if (typeof value !== 'string') return value;
    const parsed = convert(value);
    if ('value' in parsed) return parsed.value;
    problems.push({ field: name, ...parsed.problem });
    return undefined;
  };
  const text = (name: string): string | null => {
    const value = given(name, asText);
    if (value === undefined || typeof value === 'string') return value ?? null;
    problems.push({ field: name, reason: 'not text', accepted: 'text in quotes' });
    return null;
  };
  const fields = Object.fromEntries(
    Object.entries(COLUMNS[kind]).map(([name, [field, convert]]) => [field, given(name, convert)]),
  );
  const phone = text('phone');
  const parsedPhone = phone === null ? null : parsePhoneNumber(phone, country);
  if (parsedPhone !== null && 'problem' in parsedPhone) {
    problems.push({ field: 'phone', ...parsedPhone.problem });
  }
  const row: FactRow = {
    externalId: text('external_id'),
    externalDebtorId: text('external_debtor_id'),
    externalAccountId: text('external_account_id'),
    number: parsedPhone !== null && 'value' in parsedPhone ? parsedPhone.value.e164 : null,
    onlyThisCreditor: given(NARROWING, asBoolean) === true,
    fields,
  };
  if (problems.length === 0) problems.push(...nobodyNamed(kind, row));
  return problems.length > 0 ? { problems } : { row };
}

function unknownColumns(raw: RawRow, { columns }: ColumnTable): FieldProblem[] {
  return Object.keys(raw)
    .filter((key) => !columns.includes(key))
    .map((key) => ({
      field: key.slice(0, 40),
      reason: 'unknown field',
      accepted: nearestWord(key, columns) ?? columns.join(', '),
    }));
}

function nobodyNamed(kind: FactKind, row: FactRow): FieldProblem[] {
  if (row.externalDebtorId !== null || row.externalAccountId !== null) return [];
  if (kind === 'holds' && row.number !== null) return [];
  const accepted = kind === 'holds' ? 'a debtor, an account or a phone' : 'a debtor or an account';
  return [{ field: 'external_debtor_id', reason: 'nobody is named', accepted }];
}

/** Text without blanks around it, a JSON value as it is; undefined when not given. */
function cellOf(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') return value;
  const text = value.normalize('NFC').trim();
  return text === '' ? undefined : text;
}

/** The input as the API takes it, checked by the same schema; problems name the file's columns. */
export function toFactInput<K extends FactKind>(
  kind: K,
  input: Readonly<Record<string, unknown>>,
): { readonly input: FactInput<K> } | { readonly problems: readonly FieldProblem[] } {
  const parsed = SCHEMAS[kind].safeParse(input);
  if (parsed.success) return { input: parsed.data as FactInput<K> };
  const issues = parsed.error.issues.map(({ code, path, message, ...params }) => ({
    keyword: code,
    instancePath: `/${path.join('/')}`,
    message,
    params,
  }));
  return { problems: describeIssues(issues).map((each) => inColumns(kind, each)) };
}

const ID_COLUMNS: Readonly<Record<string, string>> = {
  externalId: 'external_id',
  debtorId: 'external_debtor_id',
  accountId: 'external_account_id',
  accountIds: 'external_account_id',
  number: 'phone',
  phoneId: 'phone',
  creditorId: NARROWING,
};

/** A problem of a field, told of the column that it came from. */
export function inColumns(kind: FactKind, problem: FieldProblem): FieldProblem {
  const [name = '', ...rest] = problem.field.split('.');
  const column =
    ID_COLUMNS[name] ??
    Object.entries(COLUMNS[kind]).find(([, [field]]) => field === name)?.[0] ??
    name;
  return { ...problem, field: [column, ...rest].join('.') };
}
