import { createHmac, hash } from 'node:crypto';
import type { Creditor } from '../src/db/creditors';
import type { Database, Session } from '../src/db/database';
import { importRows, prepareImportSession, type ImportScope } from '../src/db/import-rows';
import { recordImportProgress } from '../src/db/imports';
import { booksDateAt } from '../src/domain/books-date';
import { ACCOUNT_COLUMNS } from '../src/domain/import-columns';
import type { PlannedRow } from '../src/domain/import-plan';
import type { ImportReport } from '../src/domain/import-report';
import { parseImportRow, type ImportRow } from '../src/domain/import-row';
import type { StatedDebt } from '../src/domain/stated-debt';
import { importFile, retried, type ImportBatch, type ImportFileInput } from './import-file';

/** A thousand are no faster, and keep the people of whom they say something new locked for twice as long. */
const BATCH_ROWS = 500;

export interface ImportAccountsInput extends ImportFileInput {
  /** Key of the HMAC-SHA256 under which national ids are kept. */
  readonly identityKey: Buffer;
}

/**
 * Imports accounts of a creditor: upsert by the creditor's account id. The same file again changes
 * nothing.
 * @throws UnknownCreditorError; or a database error, after which the import counts as failed.
 */
export function importAccounts(db: Database, input: ImportAccountsInput): Promise<ImportReport> {
  const { dryRun, identityKey } = input;
  const today = booksDateAt(new Date());
  return importFile(db, input, {
    kind: 'accounts',
    table: ACCOUNT_COLUMNS,
    batchRows: BATCH_ROWS,
    prepare: (session) => prepareImportSession(session, dryRun),
    read: (line, raw, creditor) => {
      const { currency, country } = creditor;
      const parsed = parseImportRow(raw, { currency, country, today });
      if ('problems' in parsed) return parsed;
      return { row: planned(line, parsed.row, creditor, identityKey) };
    },
    write: (session, importId, creditor, batch) =>
      writeBatch(session, importId, { creditorId: creditor.id, dryRun }, batch),
  });
}

type Row = Omit<PlannedRow, 'newDebtorId'>;

async function writeBatch(
  session: Session,
  importId: string,
  scope: ImportScope,
  { rows, rejections, rejectedCount }: ImportBatch<Row>,
): Promise<void> {
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

function planned(line: number, row: ImportRow, creditor: Creditor, identityKey: Buffer): Row {
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
    // said of files alone that have it: all others are told apart as ever
    ...(row.debt === null ? [] : [debtContent(row.debt)]),
    ...(row.noticeMailedOn === null ? [] : [{ noticeMailedOn: row.noticeMailedOn }]),
  ];
  const contentHash = hash('sha256', JSON.stringify(content));
  return { line, row, identityHash, contentHash };
}

function debtContent({ instalments, statedAt, instructions }: StatedDebt): unknown {
  const parts = instalments?.map(({ number, dueDate, amounts }) => [
    ...[number, dueDate],
    ...Object.values(amounts).map((minor: bigint) => minor.toString()),
  ]);
  return [parts ?? null, statedAt, instructions];
}
