import { Readable } from 'node:stream';
import type { Database } from '../../src/db/database';
import type { ImportReport } from '../../src/domain/import-report';
import { importAccounts, type ImportAccountsInput } from '../../workers/import-accounts';

export const IMPORT_HEADER =
  'external_account_id,external_debtor_id,name,national_id,province,amount_due,due_date,phone,phone_owner,phone_2,phone_2_owner';

export type FileData = string | Buffer | AsyncIterable<Uint8Array>;

/** Rows under the header above. */
export function csv(...rows: string[]): string {
  return [IMPORT_HEADER, ...rows].join('\n');
}

/** Imports for creditor `bank-a` unless told otherwise. */
export function importFile(
  db: Database,
  data: FileData,
  over: Partial<ImportAccountsInput> = {},
): Promise<ImportReport> {
  return importAccounts(db, {
    creditorCode: 'bank-a',
    fileName: 'accounts.csv',
    format: 'csv',
    dryRun: false,
    identityKey: Buffer.alloc(32, 7),
    actor: 'test',
    source:
      typeof data === 'string' || Buffer.isBuffer(data) ? Readable.from([Buffer.from(data)]) : data,
    ...over,
  });
}

/** New, changed, unchanged, rejected. */
export function importCounts(report: ImportReport): number[] {
  const { newCount, changedCount, unchangedCount, rejectedCount } = report;
  return [newCount, changedCount, unchangedCount, rejectedCount];
}
