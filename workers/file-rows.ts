import { parse, type CsvError } from 'csv-parse';
import { Readable, pipeline } from 'node:stream';
import {
  ACCOUNT_COLUMNS,
  columnName,
  findDelimiter,
  headerProblem,
  type ColumnTable,
} from '../src/domain/import-columns';
import type { FieldProblem } from '../src/domain/field-problem';
import type { RawRow } from '../src/domain/import-row';
import { FileProblem } from './file-problem';

/** One row of a file, or why it is none. `line` is where it begins, from 1. */
export type FileRow =
  | { readonly line: number; readonly raw: RawRow }
  | { readonly line: number; readonly problem: FieldProblem };

/** A longer row is a mistake (a quotation mark that is never closed, no line ends): 64 KiB. */
export const MAX_ROW_BYTES = 65_536;

type Bytes = AsyncIterable<Uint8Array>;

/**
 * The rows of a CSV file (RFC 4180, header in the first line), one at a time. Delimiter `,` `;`
 * tab or `|`, any line end, blank rows left out.
 * @throws FileProblem when the file cannot be read on.
 */
export async function* readCsvRows(
  source: Bytes,
  table: ColumnTable = ACCOUNT_COLUMNS,
): AsyncGenerator<FileRow> {
  const { start, rest } = await peek(source);
  const faults: CsvError[] = [];
  const parser = parse({
    bom: true,
    delimiter: findDelimiter(start.toString('utf8').split(/[\r\n]/, 1)[0] ?? '', table),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true, // counted below: a short row is one row's fault
    relax_quotes: true, // `Toko "Maju"` is fine; a quote that opens and closes wrongly is seen later
    ltrim: true,
    max_record_size: MAX_ROW_BYTES,
    raw: true,
    // an error of the parser would throw away the good rows that wait before the bad one
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) faults.push(error);
      return undefined;
    },
  });
  // the loop below gets the errors of the source
  pipeline(Readable.from(takeWhile(rest, () => faults.length === 0)), parser, () => undefined);
  let header: readonly string[] | null = null;
  let line = 1;
  let count = 0;
  for await (const item of parser) {
    if (isBehind(faults[0], count)) break;
    count += 1;
    const { record, raw } = item as { record: string[]; raw: string };
    const begin = line;
    line += raw.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (record.every((value) => value.trim() === '')) continue;
    if (header === null) header = readHeader(record, table);
    else yield csvRow(begin, record, header);
  }
  if (faults[0] !== undefined) throw csvFault(faults[0], line);
  if (header === null) throw new FileProblem('the file is empty', 'a header and rows below it');
}

function readHeader(record: readonly string[], table: ColumnTable): readonly string[] {
  const names = record.map(columnName);
  const problem = headerProblem(names, table);
  if (problem !== null) throw new FileProblem(problem.reason, problem.accepted);
  return names;
}

function csvRow(line: number, record: readonly string[], header: readonly string[]): FileRow {
  if (record.every((value, index) => columnName(value) === header[index])) {
    return {
      line,
      problem: {
        field: 'row',
        reason: 'a header once more',
        accepted: 'one header, in the first line; two files as two imports',
      },
    };
  }
  if (record.length === header.length) {
    return {
      line,
      raw: Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])),
    };
  }
  return {
    line,
    problem: {
      field: 'row',
      reason: `has ${record.length} values, the header has ${header.length} columns`,
      accepted: 'one value a column; a value that holds the delimiter in quotation marks',
    },
  };
}

/** Was the fault in the record that would come after `count` good ones? */
function isBehind(fault: CsvError | undefined, count: number): boolean {
  return fault !== undefined && count >= Number(fault['records']);
}

function csvFault(fault: CsvError, line: number): FileProblem {
  return fault.code === 'CSV_MAX_RECORD_SIZE'
    ? new FileProblem(
        `the row at line ${line} is longer than ${MAX_ROW_BYTES} bytes: is a quotation mark not closed?`,
        'shorter rows, each on a line of its own',
      )
    : new FileProblem(
        `the quotation mark that opens in the row at line ${line} is never closed`,
        'every quoted value closed; a quotation mark inside it doubled',
      );
}

async function* takeWhile(source: Bytes, wanted: () => boolean): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    if (!wanted()) return;
    yield chunk;
  }
}

/**
 * The rows of JSON lines: one object a line, with the names of the columns as keys. A broken
 * line is that line's fault.
 * @throws FileProblem when the file cannot be read on.
 */
export async function* readJsonRows(
  source: Bytes,
  table: ColumnTable = ACCOUNT_COLUMNS,
): AsyncGenerator<FileRow> {
  const { start, rest } = await peek(source);
  if (start.toString('utf8').replace('\u{feff}', '').trimStart().startsWith('[')) {
    throw new FileProblem('the file is one JSON array', 'JSON lines: one object a line');
  }
  let count = 0;
  for await (const { line, text } of readLines(rest)) {
    if (text?.trim() === '') continue;
    if (count === 0 && text !== null && isHeader(text, table)) {
      throw new FileProblem(
        'the file is CSV, not JSON',
        'JSON lines, or CSV as .csv, over the API as text/csv',
      );
    }
    count += 1;
    yield jsonRow(line, text);
  }
  if (count === 0) throw new FileProblem('the file is empty', 'one JSON object a line');
}

/** Lines of the text; null for one that is too long. */
async function* readLines(source: Bytes): AsyncGenerator<{ line: number; text: string | null }> {
  const decoder = new TextDecoder();
  let line = 1;
  let open = '';
  let tooLong = false;
  const take = (text: string): { line: number; text: string | null } => {
    const whole = open + text;
    const result = { line, text: tooLong || whole.length > MAX_ROW_BYTES ? null : whole };
    line += 1;
    open = '';
    tooLong = false;
    return result;
  };
  for await (const chunk of source) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) yield take(part);
    open += last;
    if (open.length > MAX_ROW_BYTES) {
      tooLong = true;
      open = '';
    }
  }
  yield take(decoder.decode());
}

function isHeader(line: string, table: ColumnTable): boolean {
  const names = line.split(findDelimiter(line, table));
  return names.some((name) => table.columns.includes(columnName(name)));
}

function jsonRow(line: number, text: string | null): FileRow {
  const accepted = 'one JSON object a line, with the names of the columns as keys';
  const problem = (reason: string): FileRow => ({
    line,
    problem: { field: 'row', reason, accepted },
  });
  if (text === null) return problem(`longer than ${MAX_ROW_BYTES} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // the message of the parser repeats the data
    return problem('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problem('not a JSON object');
  }
  return { line, raw: value as RawRow };
}

/** Looks at the start (the first line at least) and hands out the whole again. */
async function peek(source: Bytes): Promise<{ start: Buffer; rest: Bytes }> {
  const iterator = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < MAX_ROW_BYTES && !start.subarray(4).includes(0x0a)) {
    const next = await iterator.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  refuseOtherFiles(start);
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield start;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { start, rest: rest() };
}

function refuseOtherFiles(start: Buffer): void {
  const accepted = 'text saved as UTF-8 ("CSV UTF-8" in a spreadsheet)';
  if (start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) {
    throw new FileProblem('the file is a spreadsheet or a ZIP archive', accepted);
  }
  if (start[0] === 0x1f && start[1] === 0x8b) throw new FileProblem('the file is packed', accepted);
  const mark = start.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff' || start.subarray(0, 1_024).includes(0)) {
    throw new FileProblem('the file is UTF-16 or not text', accepted);
  }
}
