import { createHash } from 'node:crypto';
import { findCreditorByCode, type Creditor } from '../src/db/creditors';
import { sqlState, type Database, type Session } from '../src/db/database';
import {
  createImport,
  findImportReport,
  finishImport,
  holdImport,
  type ImportKind,
} from '../src/db/imports';
import type { ColumnTable } from '../src/domain/import-columns';
import {
  REPORTED_REJECTIONS,
  type ImportFormat,
  type ImportReport,
} from '../src/domain/import-report';
import { FileProblem } from './file-problem';
import { readCsvRows, readJsonRows, type FileRow } from './file-rows';

const MAX_TRIES = 5;

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

/** What one kind of file does with its rows. */
export interface ImportWriter {
  readonly kind: ImportKind;
  readonly table: ColumnTable;
  /** Rows in one transaction: what is held in memory, and how long a person stays locked. */
  readonly batchRows: number;
  /** Once, before the first row. */
  prepare(session: Session): Promise<void>;
  /** Writes rows, and what became of them, together. */
  write(
    session: Session,
    importId: string,
    creditor: Creditor,
    rows: readonly FileRow[],
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
export async function importFile(
  db: Database,
  input: ImportFileInput,
  writer: ImportWriter,
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

async function readInto(
  session: Session,
  importId: string,
  creditor: Creditor,
  input: ImportFileInput,
  writer: ImportWriter,
  hash: ReturnType<typeof createHash>,
): Promise<void> {
  const bytes = hashed(input.source, hash);
  const rows = input.format === 'csv' ? readCsvRows(bytes, writer.table) : readJsonRows(bytes);
  let batch: FileRow[] = [];
  const write = async (): Promise<void> => {
    if (batch.length > 0) await writer.write(session, importId, creditor, batch);
    batch = [];
  };
  try {
    for await (const row of rows) {
      batch.push(row);
      if (batch.length >= writer.batchRows) await write();
    }
  } catch (error) {
    // the rows before the fault count, also those that did not fill a batch
    if (fileFault(error) !== null) await write();
    throw error;
  }
  await write();
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
