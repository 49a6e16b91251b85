import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { findCreditorByCode, type Creditor } from '../src/db/creditors';
import { sqlState, type Database, type Session } from '../src/db/database';
import {
  createImport,
  findImportReport,
  finishImport,
  holdImport,
  type ImportKind,
} from '../src/db/imports';
import type { FieldProblem } from '../src/domain/field-problem';
import type { ColumnTable } from '../src/domain/import-columns';
import {
  REPORTED_REJECTIONS,
  type ImportFormat,
  type ImportRejection,
  type ImportReport,
} from '../src/domain/import-report';
import type { RawRow } from '../src/domain/import-row';
import { FileProblem } from './file-problem';
import { readCsvRows, readJsonRows } from './file-rows';

const MAX_TRIES = 5;
/** Then what else the process does has its turn: the answers of the database, other requests. */
const ROWS_A_TURN = 50;

export interface ImportFileInput {
  readonly creditorCode: string;
  readonly fileName: string;
  readonly format: ImportFormat;
  /** Tells what an import would do and changes nothing but the list of imports. */
  readonly dryRun: boolean;
  /** The file's bytes; read once, as fast as the database takes them. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Who brings the file, as kept beside the change. */
  readonly actor: string;
}

/** Of a key that is bound to creditors, held to them. */
export type ImportDatabase = Pick<Database, 'query' | 'transaction' | 'session'>;

/** A row as it will be written, or why it will not. */
export type ReadRow<Row> = { readonly row: Row } | { readonly problems: readonly FieldProblem[] };

/** Rows that are written in one transaction, with those that the file itself spoils. */
export interface ImportBatch<Row> {
  readonly rows: readonly Row[];
  readonly rejections: readonly ImportRejection[];
  /** Rows; one may have several rejections. */
  readonly rejectedCount: number;
}

/** What one kind of file does with its rows. */
export interface ImportWriter<Row> {
  readonly kind: ImportKind;
  readonly table: ColumnTable;
  /** Rows in one transaction: what is held in memory, and how long a person stays locked. */
  readonly batchRows: number;
  /** Once, before the first row. */
  prepare(session: Session): Promise<void>;
  /** Reads one row, in the order of the file. */
  read(line: number, raw: RawRow, creditor: Creditor): ReadRow<Row>;
  /** Writes rows, and what became of them, together. */
  write(
    session: Session,
    importId: string,
    creditor: Creditor,
    batch: ImportBatch<Row>,
  ): Promise<void>;
}

export class UnknownCreditorError extends Error {
  constructor(readonly creditorCode: string) {
    super(`no creditor has the code "${creditorCode}"`);
    this.name = 'UnknownCreditorError';
  }
}

/**
 * Imports a file of a creditor, row by row; a bad row is rejected with its reasons and stops
 * nothing. A file that breaks off is reported as failed; the rows before stay, and the repaired
 * file can be imported over them.
 * @throws UnknownCreditorError; or a database error, after which the import counts as failed.
 */
export async function importFile<Row>(
  db: ImportDatabase,
  input: ImportFileInput,
  writer: ImportWriter<Row>,
): Promise<ImportReport> {
  const creditor = await findCreditorByCode(db, input.creditorCode);
  if (creditor === null) throw new UnknownCreditorError(input.creditorCode);
  const { fileName, format, dryRun } = input;
  const { kind } = writer;
  const importId = await createImport(db, {
    creditorId: creditor.id,
    kind,
    fileName,
    format,
    dryRun,
  });
  const finish = (end: { error: string | null; fileSha256: string | null }): Promise<void> =>
    db.transaction((tx) => finishImport(tx, importId, { ...end, actor: input.actor }));
  const hash = createHash('sha256');
  try {
    await db.session(async (session) => {
      await holdImport(session, importId);
      await writer.prepare(session);
      await readInto(session, importId, creditor, input, writer, hash);
      await finish({ error: null, fileSha256: hash.digest('hex') });
    });
  } catch (error) {
    const told = fileFault(error);
    // when the database is what failed, this may fail too: the first error is the one to tell
    await finish({ error: told ?? 'internal error', fileSha256: null }).catch(() => undefined);
    if (told === null) throw error;
  }
  const report = await findImportReport(db, importId, REPORTED_REJECTIONS);
  if (report === null || report.state === 'running') throw new Error(`import ${importId} is gone`);
  return { ...report, state: report.state };
}

/** What to tell of an error that the file or its transfer has; null for any other. */
function fileFault(error: unknown): string | null {
  if (error instanceof FileProblem) return error.message;
  return error instanceof SourceError
    ? 'the file was cut off while it was read; send it again'
    : null;
}

class SourceError extends Error {}

/** While the database writes one batch, the next one is read. */
async function readInto<Row>(
  session: Session,
  importId: string,
  creditor: Creditor,
  input: ImportFileInput,
  writer: ImportWriter<Row>,
  hash: ReturnType<typeof createHash>,
): Promise<void> {
  const bytes = hashed(input.source, hash);
  const read = input.format === 'csv' ? readCsvRows : readJsonRows;
  const fileRows = read(bytes, writer.table);
  let batch = new Batch<Row>();
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await writing;
    if (batch.size > 0) writing = writer.write(session, importId, creditor, batch);
    writing.catch(() => undefined); // whoever awaits it next hears of it
    batch = new Batch();
  };
  try {
    for await (const each of fileRows) {
      batch.add(
        each.line,
        'raw' in each ? writer.read(each.line, each.raw, creditor) : { problems: [each.problem] },
      );
      if (batch.size % ROWS_A_TURN === 0) await nextTurn();
      if (batch.size >= writer.batchRows) await write();
    }
  } catch (error) {
    // the rows before the fault count, also those that did not fill a batch
    if (fileFault(error) !== null) await write();
    await writing;
    throw error;
  }
  await write();
  await writing;
}

class Batch<Row> implements ImportBatch<Row> {
  readonly rows: Row[] = [];
  readonly rejections: ImportRejection[] = [];
  rejectedCount = 0;

  get size(): number {
    return this.rows.length + this.rejectedCount;
  }

  add(line: number, read: ReadRow<Row>): void {
    if ('row' in read) {
      this.rows.push(read.row);
      return;
    }
    this.rejectedCount += 1;
    this.rejections.push(...read.problems.map((problem) => ({ line, ...problem })));
  }
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        throw new SourceError('source', { cause: error });
      });
      if (next.done === true) return;
      hash.update(next.value);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Deadlock, conflict, or somebody else's row with the same id: nothing was written. */
const WORTH_A_RETRY = new Set(['40P01', '40001', '23505']);

/** Again when the database has ended the transaction at our cost. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES || !WORTH_A_RETRY.has(sqlState(error) ?? '')) throw error;
    }
  }
}
