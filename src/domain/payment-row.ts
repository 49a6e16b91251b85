import type { FieldProblem } from './field-problem';
import type { ColumnTable } from './import-columns';
import type { RawRow } from './import-row';
import { isCurrency } from './money';
import { nearestWord } from './nearest-word';
import { parseDecimalAmount } from './parse-amount';
import { parseNotice, type PaymentNotice } from './payment-notice';

/** What a row of a file of payments tells. */
export interface PaymentRow {
  readonly provider: string;
  /** When it was booked, where the file says so. */
  readonly receivedAt: Date | null;
  readonly notice: PaymentNotice;
}

/** Column -> field of the notice. */
const FIELDS = {
  payment_id: 'paymentId',
  amount_minor: 'amountMinor',
  currency: 'currency',
  paid_at: 'paidAt',
  external_account_id: 'accountExternalId',
  reference: 'reference',
  method: 'method',
  reason: 'reason',
} as const;

export const PAYMENT_COLUMNS: ColumnTable = {
  columns: [...Object.keys(FIELDS), 'amount', 'type', 'provider', 'received_at'],
  required: [['payment_id']],
};

const PROVIDER = /^[a-z0-9][a-z0-9_-]{0,39}$/;
/** A day without a time begins where the books are kept. */
const DAY_BEGINS = 'T00:00:00+07:00';

/**
 * Reads one row: every problem at once, or what it tells. Empty means "not given"; the same checks as
 * of what a provider sends itself.
 */
export function parsePaymentRow(
  raw: RawRow,
  defaults: { readonly currency: string },
  now: Date,
): { readonly row: PaymentRow } | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = unknownColumns(raw);
  const currency = cellOf(raw['currency']) ?? defaults.currency;
  const type = typeOf(raw, problems);
  const fields = Object.entries(FIELDS).map(([column, field]) => [field, cellOf(raw[column])]);
  const given = {
    ...(Object.fromEntries(fields) as Record<string, unknown>),
    ...{ type, currency },
    amountMinor: amountOf(raw, currency, problems),
    paidAt: atDayBegin(cellOf(raw['paid_at'])),
  };
  const provider = cellOf(raw['provider']) ?? 'import';
  const isName = typeof provider === 'string' && PROVIDER.test(provider);
  if (!isName) {
    const accepted = '1 to 40 of a-z, 0-9, hyphen, underscore';
    problems.push({ field: 'provider', reason: 'is not a name', accepted });
  }
  const receivedAt = receivedAtOf(raw, now, problems);
  const parsed = parseNotice(given, now);
  if ('problems' in parsed) problems.push(...parsed.problems.map(inColumns));
  if (!isName || problems.length > 0 || 'problems' in parsed) return { problems };
  return { row: { provider, receivedAt, notice: parsed.notice } };
}

/** Text without blanks around it, a JSON value as it is; undefined when not given. */
function cellOf(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string') return value;
  const text = value.normalize('NFC').trim();
  return text === '' ? undefined : text;
}

function unknownColumns(raw: RawRow): FieldProblem[] {
  const { columns } = PAYMENT_COLUMNS;
  return Object.keys(raw)
    .filter((key) => !columns.includes(key))
    .map((key) => ({
      field: key.slice(0, 40),
      reason: 'unknown field',
      accepted: nearestWord(key, columns) ?? columns.join(', '),
    }));
}

function typeOf(raw: RawRow, problems: FieldProblem[]): string {
  const type = cellOf(raw['type']) ?? 'payment';
  if (type === 'reversal') return 'payment.reversed';
  if (type !== 'payment') {
    const accepted = 'payment, reversal (payment when empty)';
    problems.push({ field: 'type', reason: 'is not one of the values', accepted });
  }
  return 'payment.received';
}

/** In minor units where the file has them, else from the decimal amount. */
function amountOf(raw: RawRow, currency: unknown, problems: FieldProblem[]): unknown {
  const minor = cellOf(raw['amount_minor']);
  const decimal = cellOf(raw['amount']);
  if (decimal === undefined || minor !== undefined) return minor;
  // what is wrong with the currency is told by itself
  if (typeof currency !== 'string' || !isCurrency(currency)) return '1';
  const text = typeof decimal === 'string' ? decimal : JSON.stringify(decimal);
  const parsed = parseDecimalAmount(text, currency);
  if ('value' in parsed) return parsed.value.toString();
  problems.push({ field: 'amount', ...parsed.problem });
  return '1';
}

const atDayBegin = (given: unknown): unknown =>
  typeof given === 'string' && /^\d{4}-\d\d-\d\d$/.test(given) ? `${given}${DAY_BEGINS}` : given;

function receivedAtOf(raw: RawRow, now: Date, problems: FieldProblem[]): Date | null {
  const given = atDayBegin(cellOf(raw['received_at']));
  if (given === undefined) return null;
  const at = new Date(typeof given === 'string' ? given : Number.NaN);
  const isInstant = typeof given === 'string' && /T.*(Z|[+-]\d\d:\d\d)$/.test(given);
  if (isInstant && at <= now) return at;
  const accepted = 'an instant with its offset, not in the future, 2026-11-05T09:30:00+07:00';
  problems.push({ field: 'received_at', reason: 'is not a time of the past', accepted });
  return null;
}

function inColumns(problem: FieldProblem): FieldProblem {
  const column = Object.entries(FIELDS).find(([, field]) => field === problem.field)?.[0];
  return { ...problem, field: column ?? problem.field };
}
