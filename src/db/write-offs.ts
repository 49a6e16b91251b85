import type { Agreement } from './agreements';
import type { Transaction } from './database';

/** Gives up what is left of a debt, for an agreement; given up before and put on again, it is given up anew. @returns whether anything was left */
export async function writeOff(
  tx: Transaction,
  { id, creditorId, accountId }: Agreement,
  amountMinor: bigint,
  actor: string,
): Promise<boolean> {
  if (amountMinor === 0n) return false;
  await tx.query(
    `insert into adjustment (creditor_id, account_id, kind, amount_minor, subject_id, reason, created_by)
     values ($1, $2, 'write_off', $3, $4, 'settlement kept', $5)
     on conflict (kind, subject_id) do update set amount_minor = excluded.amount_minor,
       created_by = excluded.created_by, created_at = clock_timestamp(), voided_at = null, voided_by = null`,
    [creditorId, accountId, amountMinor, id, actor],
  );
  return true;
}

/** Puts on again what an agreement gave up; nothing when it gave up nothing. */
export async function voidWriteOff(
  tx: Transaction,
  agreementId: string,
  actor: string,
): Promise<void> {
  await tx.query(
    `update adjustment set voided_at = clock_timestamp(), voided_by = $2
     where kind = 'write_off' and subject_id = $1 and voided_at is null`,
    [agreementId, actor],
  );
}
