import type { Components } from './debt';
import { COMPONENTS, MINOR_OF, totalOf } from './debt';
import type { FieldProblem } from './field-problem';

/** One instalment as a creditor states it: what it comes to before any payment that is not in it. */
export interface StatedInstalment {
  readonly number: number;
  /** ISO 8601 calendar date. */
  readonly dueDate: string;
  readonly amounts: Components;
}

/** A way to pay an account. */
export interface StatedInstruction {
  readonly kind: 'virtual_account' | 'qris' | 'link';
  readonly label: string | null;
  readonly value: string;
}

/** What a row says of a debt beside its amount and due date; null: it says nothing of it. */
export interface StatedDebt {
  readonly instalments: readonly StatedInstalment[] | null;
  /** The instant as of which the creditor's books say so. */
  readonly statedAt: string | null;
  readonly instructions: readonly StatedInstruction[] | null;
}

const COMPONENT_COLUMNS = COMPONENTS.map((each) => `${each}_minor`);
const MAX_INSTALMENTS = 120;

/** Columns of a row of accounts that say more of the debt. */
export const DEBT_COLUMNS: readonly string[] = [
  ...COMPONENT_COLUMNS,
  'instalments',
  'stated_at',
  ...['virtual_account', 'virtual_account_bank', 'qris', 'payment_link'],
];

const INSTALMENTS_ACCEPTED =
  'due date:principal/interest/penalty/fee in minor units, a space between two: ' +
  '2026-10-05:50000000/1200000 2026-11-05:50000000/1200000';

type Raw = Readonly<Record<string, unknown>>;
type Report = (field: string, reason: string, accepted: string) => null;

/**
 * Reads what a row says of its debt; null: nothing beyond amount and due date. Every problem goes to
 * `problems`. The parts must come to the amount due, and begin on the due date.
 */
export function parseStatedDebt(
  raw: Raw,
  row: { readonly amountDueMinor: bigint; readonly dueDate: string },
  problems: FieldProblem[],
): StatedDebt | null {
  const report: Report = (field, reason, accepted) => {
    problems.push({ field, reason, accepted });
    return null;
  };
  if (!DEBT_COLUMNS.some((column) => isGiven(raw[column]))) return null;
  return {
    instalments: checkSum(readInstalments(raw, row.dueDate, report), row, report),
    statedAt: readInstant(raw['stated_at'], report),
    instructions: readInstructions(raw, report),
  };
}

const isGiven = (value: unknown): boolean => textOf(value) !== '';

/** Of a cell, or a value of JSON: exact only as text or a safe integer. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

function readInstalments(
  raw: Raw,
  dueDate: string,
  report: Report,
): readonly StatedInstalment[] | null {
  const components = COMPONENT_COLUMNS.filter((column) => isGiven(raw[column]));
  if (!isGiven(raw['instalments'])) {
    if (components.length === 0) return null;
    const amounts = amountsOf((each) => raw[`${each}_minor`], report);
    return amounts && [{ number: 1, dueDate, amounts }];
  }
  if (components.length > 0) {
    return report('instalments', `stands beside ${components.join(', ')}`, 'one of the two');
  }
  const given = raw['instalments'];
  const list = Array.isArray(given) ? (given as unknown[]) : textOf(given).trim().split(/\s+/);
  if (list.length > MAX_INSTALMENTS) {
    return report('instalments', 'are too many', `at most ${MAX_INSTALMENTS}`);
  }
  const read = list.map((each, index) => readInstalment(each, index + 1, report));
  return read.some((each) => each === null) ? null : (read as StatedInstalment[]);
}

/** `2026-10-05:50000000/1200000`, or in JSON an object with the columns' names. */
function readInstalment(given: unknown, number: number, report: Report): StatedInstalment | null {
  const field = `instalments[${number - 1}]`;
  const isObject = typeof given === 'object' && given !== null;
  const [named = '', parts = ''] = isObject ? [] : textOf(given).split(':');
  const dueDate = isObject ? textOf((given as Raw)['due_date']) : named;
  if (!isDate(dueDate)) {
    return report(field, 'has no due date', INSTALMENTS_ACCEPTED);
  }
  const list = parts.split('/');
  if (list.length > COMPONENTS.length) {
    return report(field, 'has too many components', INSTALMENTS_ACCEPTED);
  }
  const amounts = amountsOf(
    (each, index) => (isObject ? (given as Raw)[`${each}_minor`] : list[index]),
    (_field, reason) => report(field, reason, INSTALMENTS_ACCEPTED),
  );
  return amounts && { number, dueDate, amounts };
}

function isDate(text: string): boolean {
  if (!/^(199\d|20\d\d)-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** What is not given is 0. */
function amountsOf(
  given: (component: (typeof COMPONENTS)[number], index: number) => unknown,
  report: Report,
): Components | null {
  const amounts = { principalMinor: 0n, interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n };
  for (const [index, component] of COMPONENTS.entries()) {
    const value = given(component, index);
    if (!isGiven(value)) continue;
    const text = textOf(value);
    if (!/^\d{1,18}$/.test(text)) {
      const accepted = 'digits alone, 150000050 for 1500000.50';
      return report(`${component}_minor`, 'not a whole number of minor units', accepted);
    }
    amounts[MINOR_OF[component]] = BigInt(text);
  }
  return amounts;
}

function checkSum(
  instalments: readonly StatedInstalment[] | null,
  { amountDueMinor, dueDate }: { readonly amountDueMinor: bigint; readonly dueDate: string },
  report: Report,
): readonly StatedInstalment[] | null {
  if (instalments === null) return null;
  const sum = instalments.reduce((total, { amounts }) => total + totalOf(amounts), 0n);
  if (sum !== amountDueMinor) {
    return report('instalments', 'do not come to amount_due', 'parts whose sum is the amount due');
  }
  const [first = dueDate] = instalments.map((each) => each.dueDate).sort();
  return first === dueDate
    ? instalments
    : report('due_date', 'is not that of the first instalment', 'the earliest due date');
}

function readInstant(value: unknown, report: Report): string | null {
  if (!isGiven(value)) return null;
  const text = textOf(value);
  const at = new Date(text);
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at.getTime())
    ? at.toISOString()
    : report('stated_at', 'is not an instant', '2026-11-05T06:00:00+07:00');
}

function readInstructions(raw: Raw, report: Report): readonly StatedInstruction[] | null {
  const read = [
    instruction('virtual_account', raw, /^[0-9]{6,30}$/, '6 to 30 digits', report),
    instruction(
      'qris',
      raw,
      /^[!-~]([ -~]{0,510}[!-~])?$/,
      'the payload, at most 512 ASCII',
      report,
    ),
    instruction('payment_link', raw, /^https:\/\/[!-~]{4,500}$/, 'an address of https://', report),
  ].filter((each) => each !== null);
  if (isGiven(raw['virtual_account_bank']) && !isGiven(raw['virtual_account'])) {
    report('virtual_account_bank', 'has no virtual_account', 'both, or neither');
  }
  return read.length === 0 ? null : read;
}

function instruction(
  column: 'virtual_account' | 'qris' | 'payment_link',
  raw: Raw,
  shape: RegExp,
  accepted: string,
  report: Report,
): StatedInstruction | null {
  if (!isGiven(raw[column])) return null;
  const value = textOf(raw[column]);
  if (!shape.test(value)) return report(column, 'is not one', accepted);
  const bank = raw['virtual_account_bank'];
  const label = column === 'virtual_account' && isGiven(bank) ? textOf(bank).slice(0, 60) : null;
  return { kind: column === 'payment_link' ? 'link' : column, label, value };
}
