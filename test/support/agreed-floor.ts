import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Database } from '../../src/db/database';
import { settleAccount } from '../../src/db/settle-account';
import type { Floor } from './floor';

/** Where the debtors of a floor are. */
export const ZONE = 'Asia/Jakarta';
const MINUTE_MS = 60_000;

/** A local date so many days from today. */
export const inDays = (days: number): string =>
  DateTime.now().setZone(ZONE).plus({ days }).toFormat('yyyy-MM-dd');

export interface StatedDebt {
  readonly principalMinor: number;
  readonly penaltyMinor?: number;
  readonly daysPastDue: number;
}

/** Says what is owed on an account, as its creditor would, an hour ago. */
export async function stateDebt(db: Database, accountId: string, debt: StatedDebt): Promise<void> {
  const { principalMinor, penaltyMinor = 0, daysPastDue } = debt;
  const dueDate = inDays(-daysPastDue);
  await db.query(
    `insert into instalment (creditor_id, account_id, number, due_date, principal_minor, penalty_minor)
     select creditor_id, id, 1, $2, $3, $4 from account where id = $1`,
    [accountId, dueDate, principalMinor, penaltyMinor],
  );
  await db.query(
    `update account set due_date = $2, stated_minor = $3, amount_due_minor = $3,
       stated_at = now() - interval '1 hour' where id = $1`,
    [accountId, dueDate, principalMinor + penaltyMinor],
  );
}

/** Money comes, now or minutes ago. @returns its id */
export async function pay(
  db: Database,
  floor: Floor,
  accountId: string,
  amountMinor: number,
  minutesAgo = 0,
): Promise<string> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `insert into payment (creditor_id, account_id, debtor_id, provider, provider_payment_id,
         amount_minor, currency, paid_at, matched_at, matched_by)
       select $1, id, debtor_id, 'test', $3, $4, 'IDR', clock_timestamp() - $5 * interval '1 ms',
         clock_timestamp(), 'test'
       from account where id = $2 returning id`,
      [floor.creditorId, accountId, randomUUID(), amountMinor, minutesAgo * MINUTE_MS],
    );
    await settleAccount(tx, { accountId, cause: 'payment.received', actor: 'test' });
    return rows[0]!.id;
  });
}

/** The bank takes a payment back. */
export async function takeBack(db: Database, accountId: string, paymentId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('update payment set reversed_at = clock_timestamp() where id = $1', [paymentId]);
    await settleAccount(tx, { accountId, cause: 'payment.reversed', actor: 'test' });
  });
}
