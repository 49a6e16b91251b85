import { createHash, createHmac } from 'node:crypto';
import type { Creditor } from '../src/db/creditors';
import type { Database, Session } from '../src/db/database';
import { importRows, prepareImportSession } from '../src/db/import-rows';
import { recordImportProgress } from '../src/db/imports';
import { ACCOUNT_COLUMNS } from '../src/domain/import-columns';
import type { PlannedRow } from '../src/domain/import-plan';
import type { ImportRejection, ImportReport } from '../src/domain/import-report';
import { parseImportRow, type ImportRow } from '../src/domain/import-row';
import type { FileRow } from './file-rows';
import { importFile, retried, type ImportFileInput } from './import-file';

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
  return importFile(db, input, {
    kind: 'accounts',
    table: ACCOUNT_COLUMNS,
    batchRows: BATCH_ROWS,
    prepare: (session) => prepareImportSession(session, input.dryRun),
    write: (session, importId, creditor, rows) =>
      writeBatch(session, importId, creditor, input, rows),
  });
}

async function writeBatch(
  session: Session,
  importId: string,
  creditor: Creditor,
  input: ImportAccountsInput,
  batch: readonly FileRow[],
): Promise<void> {
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
