import type { Agreement } from './agreements';
import type { Transaction } from './database';

/** What the change of a due date costs is owed from now on, once; of other agreements there is no fee. */
export async function bookFee(
  tx: Transaction,
  { id, creditorId, accountId, terms }: Agreement,
  actor: string,
): Promise<void> {
  if (terms.kind !== 'reschedule' || terms.feeMinor === '0') return;
  await tx.query(
    `insert into adjustment (creditor_id, account_id, kind, amount_minor, instalment_number, subject_id,
       reason, created_by)
     values ($1, $2, 'reschedule_fee', $3, $4, $5, 'due date moved', $6)
     on conflict (kind, subject_id) do nothing`,
    [creditorId, accountId, terms.feeMinor, terms.instalment, id, actor],
  );
}

/**
 * The agreement is taken back, and its fee with it. One that broke, or gave its place to another, keeps it:
 * the date was moved, and what came after was reckoned with it.
 */
export async function voidFee(tx: Transaction, agreementId: string, actor: string): Promise<void> {
  await tx.query(
    `update adjustment set voided_at = clock_timestamp(), voided_by = $2
     where kind = 'reschedule_fee' and subject_id = $1 and voided_at is null`,
    [agreementId, actor],
  );
}
