import { nearestWord } from './nearest-word';
import type { Problem } from './problem';
import { DEBT_COLUMNS } from './stated-debt';

export const MAX_PHONES = 10;

/** `phone`, `phone_2`, … `phone_10`, each with its `…_owner`. */
export const PHONE_COLUMNS: readonly string[] = Array.from({ length: MAX_PHONES }, (_, index) =>
  index === 0 ? 'phone' : `phone_${index + 1}`,
);

/** Columns of a CSV file; in JSON lines the same names are keys, and `phones` may be a list. */
export const IMPORT_COLUMNS: readonly string[] = [
  'external_account_id',
  'external_debtor_id',
  'name',
  'national_id',
  'province',
  'time_zone',
  'product',
  'currency',
  'amount_due',
  'amount_due_minor',
  'due_date',
  'notice_mailed_on',
  ...PHONE_COLUMNS.flatMap((column) => [column, `${column}_owner`]),
  ...DEBT_COLUMNS,
];

/** The columns of one kind of file. */
export interface ColumnTable {
  readonly columns: readonly string[];
  /** One of each list must be there. */
  readonly required: readonly (readonly string[])[];
}

export const ACCOUNT_COLUMNS: ColumnTable = {
  columns: IMPORT_COLUMNS,
  required: [['external_account_id'], ['name'], ['due_date'], ['amount_due', 'amount_due_minor']],
};

/** `External Account-ID` -> `external_account_id`. */
export function columnName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** What is wrong with the names in a header, or null. */
export function headerProblem(
  names: readonly string[],
  { columns, required }: ColumnTable = ACCOUNT_COLUMNS,
): Problem | null {
  const accepted =
    columns.length <= 15
      ? `the columns ${columns.join(', ')}`
      : `the columns ${columns.slice(0, 15).join(', ')} … ${columns.at(-1) ?? ''}`;
  const known = names.filter((name) => columns.includes(name));
  // a person's data may stand where the header is missing: such a line is not repeated
  if (known.length === 0) return noHeader(names, accepted);
  const faults = [
    ...names.filter((name) => !columns.includes(name)).map((name) => unknownColumn(name, columns)),
    ...known
      .filter((name, index) => known.indexOf(name) !== index)
      .map((name) => `column "${name}" is there twice`),
    ...required.filter((oneOf) => !oneOf.some((name) => known.includes(name))).map(missingColumn),
  ];
  return faults.length === 0 ? null : { reason: faults.join('; '), accepted };
}

function noHeader([first = '']: readonly string[], columns: string): Problem {
  if (first.startsWith('sep=')) {
    return { reason: 'the first line is a note to a spreadsheet', accepted: 'the file without it' };
  }
  if (first.startsWith('{')) {
    return {
      reason: 'the file is JSON, not CSV',
      accepted: 'JSON lines as .jsonl or .ndjson, over the API as application/x-ndjson',
    };
  }
  return {
    reason: 'the first line is not a header',
    accepted: `${columns}, with , ; tab or | between them`,
  };
}

function missingColumn([first = '', ...others]: readonly string[]): string {
  const or = others.map((name) => ` or "${name}"`).join('');
  return `column "${first}"${or === '' ? '' : ` (${or.trim()})`} is missing`;
}

function unknownColumn(name: string, columns: readonly string[]): string {
  if (name === '') return 'a column has no name';
  const near = nearestWord(name, columns);
  const shown = `unknown column "${name.slice(0, 40)}"`;
  return near === null ? shown : `${shown}: is "${near}" meant?`;
}

/** The delimiter that makes the most known columns of the first line. */
export function findDelimiter(
  firstLine: string,
  { columns }: ColumnTable = ACCOUNT_COLUMNS,
): ',' | ';' | '\t' | '|' {
  let best: { delimiter: ',' | ';' | '\t' | '|'; known: number } = { delimiter: ',', known: 0 };
  for (const delimiter of [',', ';', '\t', '|'] as const) {
    const names = firstLine.split(delimiter).map((name) => columnName(name.replaceAll('"', '')));
    const known = names.filter((name) => columns.includes(name)).length;
    if (known > best.known) best = { delimiter, known };
  }
  return best.delimiter;
}
