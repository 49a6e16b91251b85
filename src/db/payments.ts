import type { PaymentReceived, PaymentReversed } from '../domain/payment-notice';
import { recordAudit } from './audit';
import { countPayment, uncountPayment, type MatchedPayment } from './count-payment';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { refusedFact, type FactWrite } from './fact-write';
import { addTask, closeTask } from './tasks';

/** Why nobody knows whose payment it is. */
export const UNMATCHED_REASONS = [
  'no_reference',
  'unknown_account',
  'ambiguous_reference',
  'currency_mismatch',
] as const;
export type UnmatchedReason = (typeof UNMATCHED_REASONS)[number];

/** Where a payment is told of: its ids mean something there alone. */
export interface PaymentOrigin {
  readonly creditorId: string;
  readonly provider: string;
  /** When it was received, where another system did; absent: now. */
  readonly receivedAt?: Date | undefined;
  readonly actor: string;
}

/** A payment that somebody must find the account of waits for so long at most. */
const UNMATCHED_LIMIT_MS = 86_400_000;

type PaymentRow = Omit<MatchedPayment, 'accountId' | 'debtorId'> & {
  readonly reversedAt: Date | null;
  readonly accountId: string | null;
  readonly debtorId: string | null;
};
const COLUMNS = `id, creditor_id as "creditorId", account_id as "accountId", debtor_id as "debtorId",
  amount_minor as "amountMinor", currency, paid_at as "paidAt", reversed_at as "reversedAt"`;

/**
 * Keeps a payment, once: told again it changes nothing, and told with other facts it is refused. Where
 * its account is named it counts at once; else it waits for somebody to find it. One that was taken back
 * before it was heard of never counts.
 */
export async function recordPayment(
  tx: Transaction,
  origin: PaymentOrigin,
  payment: PaymentReceived,
): Promise<FactWrite<{ readonly id: string }>> {
  await lockPaymentId(tx, origin, payment.paymentId);
  const before = await findPayment(tx, origin, payment.paymentId);
  if (before !== null) {
    const isSame =
      before.amountMinor === payment.amountMinor &&
      before.currency === payment.currency &&
      before.paidAt.getTime() === Date.parse(payment.paidAt);
    if (isSame) return { kind: 'repeated', fact: before };
    const accepted = 'a new paymentId, or the same amount, currency and paidAt';
    return refusedFact('paymentId', 'names another payment', accepted);
  }
  const match = await findAccountOf(tx, origin.creditorId, payment);
  const row = await insertPayment(tx, origin, payment, match);
  if (row.reversedAt === null) {
    if (isMatched(row)) {
      await countPayment(tx, row, { type: 'payment.received', actor: origin.actor });
    } else await leaveUnmatched(tx, row, match.reason);
  }
  return { kind: 'written', fact: row };
}

/** Takes a payment back, whole and once; before it is heard of too. */
export async function reversePayment(
  tx: Transaction,
  origin: PaymentOrigin,
  reversal: PaymentReversed,
): Promise<FactWrite<{ readonly id: string | null }>> {
  const { creditorId, provider, actor } = origin;
  await lockPaymentId(tx, origin, reversal.paymentId);
  const kept = await tx.query(
    `insert into payment_reversal (creditor_id, provider, provider_payment_id, reason)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [creditorId, provider, reversal.paymentId, reversal.reason ?? null],
  );
  if (kept.rowCount === 0) {
    const before = await findPayment(tx, origin, reversal.paymentId);
    return { kind: 'repeated', fact: { id: before?.id ?? null } };
  }
  const { rows } = await tx.query<PaymentRow>(
    `update payment set reversed_at = clock_timestamp()
     where creditor_id = $1 and provider = $2 and provider_payment_id = $3
     returning ${COLUMNS}`,
    [creditorId, provider, reversal.paymentId],
  );
  const row = rows[0];
  if (row !== undefined && isMatched(row)) await uncountPayment(tx, row, actor);
  else if (row !== undefined) await closeUnmatched(tx, row.id, actor, 'reversed');
  return { kind: 'written', fact: { id: row?.id ?? null } };
}

/**
 * Says whose a payment is. Said again, nothing changes. Null: no such payment.
 * @param input.accountId of the payment's creditor
 */
export async function assignPayment(
  tx: Transaction,
  input: { readonly id: string; readonly accountId: string; readonly actor: string },
): Promise<FactWrite<{ readonly id: string }> | 'matched' | null> {
  const { rows } = await tx.query<PaymentRow>(
    `select ${COLUMNS} from payment where id = $1 for no key update`,
    [input.id],
  );
  const before = rows[0];
  if (before === undefined) return null;
  if (before.accountId === input.accountId) return { kind: 'repeated', fact: before };
  if (before.accountId !== null) return 'matched';
  const account = await readAccount(tx, before.creditorId, input.accountId);
  if (account === null) {
    const accepted = 'the id of an account of the payment’s creditor';
    return refusedFact('accountId', 'is no such account', accepted);
  }
  if (account.currency !== before.currency) {
    const accepted = `an account in ${before.currency}`;
    return refusedFact('accountId', `is in ${account.currency}`, accepted);
  }
  const row = { ...before, accountId: account.id, debtorId: account.debtorId };
  await tx.query(
    `update payment set account_id = $2, debtor_id = $3, matched_at = now(), matched_by = $4,
       unmatched_reason = null where id = $1`,
    [row.id, row.accountId, row.debtorId, input.actor],
  );
  await countPayment(tx, row, { type: 'payment.matched', actor: input.actor });
  await closeUnmatched(tx, row.id, input.actor, 'matched');
  await recordAudit(tx, {
    creditorId: row.creditorId,
    actor: input.actor,
    action: 'payment.matched',
    subject: 'payment',
    subjectId: row.id,
    before: { accountId: null },
    after: { accountId: row.accountId },
    reason: null,
  });
  return { kind: 'written', fact: row };
}

const isMatched = (row: PaymentRow): row is PaymentRow & MatchedPayment => row.accountId !== null;

/** A payment and its reversal, or two deliveries of one, take turns. */
async function lockPaymentId(
  tx: Transaction,
  { creditorId, provider }: PaymentOrigin,
  paymentId: string,
): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('payment:' || $1, 0))`, [
    JSON.stringify([creditorId, provider, paymentId]),
  ]);
}

async function findPayment(
  db: Queryable,
  { creditorId, provider }: PaymentOrigin,
  paymentId: string,
): Promise<PaymentRow | null> {
  const { rows } = await db.query<PaymentRow>(
    `select ${COLUMNS} from payment
     where creditor_id = $1 and provider = $2 and provider_payment_id = $3`,
    [creditorId, provider, paymentId],
  );
  return rows[0] ?? null;
}

interface AccountNamed {
  readonly id: string;
  readonly debtorId: string;
  readonly currency: string;
}

type Match =
  | { readonly account: AccountNamed; readonly reason: null }
  | { readonly account: null; readonly reason: UnmatchedReason };

/** By the creditor's own number of the account, else by what was paid to, or by which message. */
async function findAccountOf(
  tx: Transaction,
  creditorId: string,
  { accountExternalId, reference, currency }: PaymentReceived,
): Promise<Match> {
  const unmatched = (reason: UnmatchedReason): Match => ({ account: null, reason });
  const named = accountExternalId ?? reference;
  if (named === undefined) return unmatched('no_reference');
  const { rows } = await tx.query<AccountNamed>(
    `select id, debtor_id as "debtorId", currency from account
     where creditor_id = $1 and (external_id = $2 or id in (
       select account_id from payment_instruction where creditor_id = $1 and value = $3
       union select account_id from message where creditor_id = $1 and pay_reference = upper($3))) limit 2`,
    [creditorId, named, accountExternalId === undefined ? reference : null],
  );
  const [account, another] = rows;
  if (account === undefined) return unmatched('unknown_account');
  if (another !== undefined) return unmatched('ambiguous_reference');
  if (account.currency !== currency) return unmatched('currency_mismatch');
  return { account, reason: null };
}

async function readAccount(
  tx: Transaction,
  creditorId: string,
  id: string,
): Promise<AccountNamed | null> {
  const { rows } = await tx.query<AccountNamed>(
    `select id, debtor_id as "debtorId", currency from account where id = $1 and creditor_id = $2`,
    [id, creditorId],
  );
  return rows[0] ?? null;
}

async function insertPayment(
  tx: Transaction,
  origin: PaymentOrigin,
  payment: PaymentReceived,
  { account, reason }: Match,
): Promise<PaymentRow> {
  return one(
    await tx.query<PaymentRow>(
      `insert into payment (creditor_id, account_id, debtor_id, provider, provider_payment_id,
         amount_minor, currency, method, account_external_id, reference, paid_at, received_at,
         reversed_at, unmatched_reason, matched_at, matched_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12, clock_timestamp()),
         (select received_at from payment_reversal
           where creditor_id = $1 and provider = $4 and provider_payment_id = $5),
         $13, case when $2::uuid is not null then now() end, $14)
       returning ${COLUMNS}`,
      [
        origin.creditorId,
        account?.id ?? null,
        account?.debtorId ?? null,
        origin.provider,
        payment.paymentId,
        payment.amountMinor.toString(),
        payment.currency,
        payment.method ?? null,
        payment.accountExternalId ?? null,
        payment.reference ?? null,
        payment.paidAt,
        origin.receivedAt ?? null,
        reason,
        account === null ? null : origin.actor,
      ],
    ),
    'new payment',
  );
}

async function leaveUnmatched(
  tx: Transaction,
  { id, creditorId, amountMinor, currency }: PaymentRow,
  reason: UnmatchedReason | null,
): Promise<void> {
  await addTask(tx, {
    ...{ creditorId, kind: 'payment_unmatched', subjectId: id, assignee: 'role:supervisor' },
    dueAt: new Date(Date.now() + UNMATCHED_LIMIT_MS),
  });
  await appendEvent(tx, {
    type: 'payment.unmatched',
    creditorId,
    payload: { paymentId: id, amountMinor: amountMinor.toString(), currency, reason },
  });
}

const closeUnmatched = (
  tx: Transaction,
  subjectId: string,
  actor: string,
  result: string,
): Promise<void> => closeTask(tx, { kind: 'payment_unmatched', subjectId, actor, result });
