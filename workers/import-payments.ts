import type { Database, Session, Transaction } from '../src/db/database';
import type { FactWrite } from '../src/db/fact-write';
import { recordImportProgress } from '../src/db/imports';
import { recordPayment, reversePayment } from '../src/db/payments';
import type { ImportReport } from '../src/domain/import-report';
import { parsePaymentRow, PAYMENT_COLUMNS, type PaymentRow } from '../src/domain/payment-row';
import { importFile, retried, type ImportBatch, type ImportFileInput } from './import-file';
import { rolledBack } from './rolled-back';

/** Each payment counts, and stops its calls, as soon as it is read: nobody waits for the next rows. */
const BATCH_ROWS = 1;

interface NumberedRow {
  readonly line: number;
  readonly row: PaymentRow;
}

/**
 * Imports payments of a creditor and their reversals, each once under its payment id: the same file
 * again, or a payment that its provider has told before, changes nothing.
 * @param db of the platform: whoever a person owes is not called while this decides
 * @throws UnknownCreditorError; or a database error, after which the import counts as failed.
 */
export function importPayments(
  db: Pick<Database, 'query' | 'transaction' | 'session'>,
  input: ImportFileInput,
): Promise<ImportReport> {
  return importFile<NumberedRow>(db, input, {
    kind: 'payments',
    table: PAYMENT_COLUMNS,
    batchRows: BATCH_ROWS,
    prepare: () => Promise.resolve(),
    read: (line, raw, creditor) => {
      const parsed = parsePaymentRow(raw, creditor, new Date());
      return 'problems' in parsed ? parsed : { row: { line, row: parsed.row } };
    },
    write: (session, importId, { id: creditorId }, batch) =>
      retried(() => writeBatch(session, { importId, creditorId, dryRun: input.dryRun }, batch)),
  });
}

interface Importing {
  readonly importId: string;
  readonly creditorId: string;
  readonly dryRun: boolean;
}

async function writeBatch(
  session: Session,
  importing: Importing,
  batch: ImportBatch<NumberedRow>,
): Promise<void> {
  const { importId } = importing;
  if (!importing.dryRun) {
    await session.transaction(async (tx) => {
      await record(tx, importId, batch, await write(tx, importing, batch.rows));
    });
    return;
  }
  const told = await rolledBack(session, (tx) => write(tx, importing, batch.rows));
  await session.transaction((tx) => record(tx, importId, batch, told));
}

type Told = FactWrite<unknown> & { readonly line: number };

async function write(
  tx: Transaction,
  { importId, creditorId }: Importing,
  rows: readonly NumberedRow[],
): Promise<Told[]> {
  const told: Told[] = [];
  for (const { line, row } of rows) {
    const { provider, notice } = row;
    const receivedAt = row.receivedAt ?? undefined;
    const origin = { creditorId, provider, receivedAt, actor: `import:${importId}` };
    const written =
      notice.type === 'payment.received'
        ? await recordPayment(tx, origin, notice)
        : await reversePayment(tx, origin, notice);
    told.push({ line, ...written });
  }
  return told;
}

async function record(
  tx: Transaction,
  importId: string,
  batch: ImportBatch<NumberedRow>,
  told: readonly Told[],
): Promise<void> {
  const count = (kind: string): number => told.filter((each) => each.kind === kind).length;
  const counts = {
    newCount: count('written'),
    changedCount: 0,
    unchangedCount: count('repeated'),
    rejectedCount: count('refused') + batch.rejectedCount,
  };
  const refused = told.flatMap((each) =>
    each.kind === 'refused' ? [{ line: each.line, ...each.problem }] : [],
  );
  await recordImportProgress(tx, importId, counts, [...batch.rejections, ...refused]);
}
