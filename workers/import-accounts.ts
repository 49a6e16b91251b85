import { createHash, createHmac } from 'node:crypto';
import { findCreditorByCode, type Creditor } from '../src/db/creditors';
import { sqlState, type Database, type Session } from '../src/db/database';
import { importRows, prepareImportSession } from '../src/db/import-rows';
import {
  createImport,
  findImportReport,
  finishImport,
  holdImport,
  recordImportProgress,
} from '../src/db/imports';
import type { PlannedRow } from '../src/domain/import-plan';
import {
  REPORTED_REJECTIONS,
  type ImportFormat,
  type ImportRejection,
  type ImportReport,
} from '../src/domain/import-report';
import { parseImportRow, type ImportRow } from '../src/domain/import-row';
import { FileProblem } from './file-problem';
import { readCsvRows, readJsonRows, type FileRow } from './file-rows';

/** Rows in one transaction: what is held in memory, and how long a person stays locked. */
const BATCH_ROWS = 500;
const MAX_TRIES = 5;

export interface ImportAccountsInput {
  readonly creditorCode: string;
  readonly fileName: string;
  readonly format: ImportFormat;
  /** Tells what an import would do and changes nothing but the list of imports. */
  readonly dryRun: boolean;
  /** The file's bytes; read once, as fast as the database takes them. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Key of the HMAC-SHA256 under which national ids are kept. */
  readonly identityKey: Buffer;
}

export class UnknownCreditorError extends Error {
  constructor(readonly creditorCode: string) {
    super(`no creditor has the code "${creditorCode}"`);
    this.name = 'UnknownCreditorError';
  }
}

/**
 * Imports accounts of a creditor: upsert by the creditor's account id, row by row; a bad row is
 * rejected with its reasons and stops nothing. The same file again changes nothing. A file that
 * breaks off is reported as failed; the rows before stay, and the repaired file can be imported
 * over them.
 * @throws UnknownCreditorError; or a database error, after which the import counts as failed.
 */
export async function importAccounts(
  db: Database,
  input: ImportAccountsInput,
): Promise<ImportReport> {
  const creditor = await findCreditorByCode(db, input.creditorCode);
  if (creditor === null) throw new UnknownCreditorError(input.creditorCode);
  const { fileName, format, dryRun } = input;
  const importId = await createImport(db, { creditorId: creditor.id, fileName, format, dryRun });
  const finish = (end: { error: string | null; fileSha256: string | null }): Promise<void> =>
    db.transaction((tx) => finishImport(tx, importId, end));
  const hash = createHash('sha256');
  try {
    await db.session(async (session) => {
      await holdImport(session, importId);
      await readInto(session, importId, creditor, input, hash);
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
  input: ImportAccountsInput,
  hash: ReturnType<typeof createHash>,
): Promise<void> {
  await prepareImportSession(session, input.dryRun);
  const read = input.format === 'csv' ? readCsvRows : readJsonRows;
  let batch: FileRow[] = [];
  const write = async (): Promise<void> => {
    await writeBatch(session, importId, creditor, input, batch);
    batch = [];
  };
  try {
    for await (const row of read(hashed(input.source, hash))) {
      batch.push(row);
      if (batch.length >= BATCH_ROWS) await write();
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

async function writeBatch(
  session: Session,
  importId: string,
  creditor: Creditor,
  input: ImportAccountsInput,
  batch: readonly FileRow[],
): Promise<void> {
  if (batch.length === 0) return;
  const rows: Omit<PlannedRow, 'newDebtorId'>[] = [];
  const rejections: ImportRejection[] = [];
  let rejectedCount = 0;
  for (const each of batch) {
    const { line } = each;
    const parsed =
      'raw' in each ? parseImportRow(each.raw, creditor) : { problems: [each.problem] };
    if ('row' in parsed) rows.push(planned(line, parsed.row, creditor, input.identityKey));
    else {
      rejectedCount += 1;
      rejections.push(...parsed.problems.map((problem) => ({ line, ...problem })));
    }
  }
  const scope = { creditorId: creditor.id, dryRun: input.dryRun };
  await retried(() =>
    session.transaction(async (tx) => {
      const done = await importRows(tx, scope, rows);
      const counts = {
        ...done.counts,
        rejectedCount: done.counts.rejectedCount + rejectedCount,
      };
      await recordImportProgress(tx, importId, counts, [...rejections, ...done.rejections]);
    }),
  );
}

/** Again when the database has ended a deadlock or a conflict at our cost: nothing was written. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const state = sqlState(error);
      if (tries >= MAX_TRIES || (state !== '40P01' && state !== '40001')) throw error;
    }
  }
}

function planned(
  line: number,
  row: ImportRow,
  creditor: Creditor,
  identityKey: Buffer,
): Omit<PlannedRow, 'newDebtorId'> {
  const identityHash =
    row.nationalId === null
      ? null
      : createHmac('sha256', identityKey)
          .update(`${creditor.country}:${row.nationalId}`)
          .digest('hex');
  // an identity number has too few values to be hidden in a plain hash: its HMAC takes its place
  const content = [
    ...[row.externalDebtorId, row.name, identityHash, row.province, row.timeZone, row.product],
    ...[row.currency, row.amountDueMinor.toString(), row.dueDate],
    row.phones.map((phone) => [phone.e164, phone.owner]),
  ];
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { line, row, identityHash, contentHash };
}
