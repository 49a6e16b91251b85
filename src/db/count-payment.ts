import { sayThanks } from '../domain/payment-details';
import { endAttempt, lockAttempt, OPEN_ATTEMPTS } from './attempts';
import { cancelRinging } from './cancel-ringing';
import { readCreditorName } from './creditors';
import { one, type Transaction } from './database';
import { appendEvent } from './events';
import { liftHold, placeHold } from './holds';
import { cancelMessages, queueMessage } from './messages';
import { isUnidentified } from './number-evidence';
import { settlePaidByLink } from './paid-by-link';
import { withdrawPreviewOf } from './previews';
import { readCollectionPolicy } from './collection-policies';
import { settleAccount } from './settle-account';
import { wholeOf } from './whole-transaction';

/** A payment whose account is known. */
export interface MatchedPayment {
  readonly id: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly paidAt: Date;
}

const DAY_MS = 86_400_000;

/**
 * Lets a payment count, in the transaction that has written it: calls of the account that are queued,
 * shown or ringing stop, its state follows, the days of quiet begin, and the agent of a live talk is
 * told. From the commit on no call of it begins while nothing is due, or the quiet lasts.
 * @param change.type what tells of it: it came in, or its account was found
 */
export async function countPayment(
  tx: Transaction,
  payment: MatchedPayment,
  change: { readonly type: 'payment.received' | 'payment.matched'; readonly actor: string },
): Promise<void> {
  const { accountId } = payment;
  const talk = await stopCalls(tx, payment, change.actor);
  await settleAccount(tx, { accountId, cause: change.type, actor: change.actor });
  const account = one(
    await tx.query<{ status: string; dueMinor: string; creditMinor: string }>(
      `select status, amount_due_minor::text as "dueMinor", credit_minor::text as "creditMinor"
       from account where id = $1`,
      [accountId],
    ),
    'account of a payment',
  );
  const { policy } = await readCollectionPolicy(tx, payment.creditorId);
  const { quietDaysAfterPayment, thankByMessage } = policy.allocation;
  if (account.status === 'open') await keepQuiet(tx, payment, quietDaysAfterPayment);
  if (thankByMessage) await thank(tx, payment);
  await settlePaidByLink(wholeOf(tx), payment.id, change.actor);
  await tellPayment(tx, payment, { ...change, talk, account });
}

/** A payment that counted was taken back: its quiet is over, and its account is open again. */
export async function uncountPayment(
  tx: Transaction,
  payment: MatchedPayment,
  actor: string,
): Promise<void> {
  const { id, accountId } = payment;
  const cause = 'payment.reversed';
  await settleAccount(tx, { accountId, cause, actor });
  const { rows } = await tx.query<{ id: string }>(
    `select id from hold where source = 'payments' and external_id = $1 and lifted_at is null`,
    [id],
  );
  for (const hold of rows) {
    await liftHold(tx, { id: hold.id, reason: 'the payment was taken back', actor });
  }
  await tx.query(
    `update payment_silence set to_at = clock_timestamp()
     where payment_id = $1 and to_at > clock_timestamp()`,
    [id],
  );
  await cancelMessages(tx, { subjectId: id, reason: cause });
  await settlePaidByLink(wholeOf(tx), id, actor);
  await tellPayment(tx, payment, { type: cause, talk: null, account: null });
}

/** Whom the person talks with about this creditor's debts. */
interface Talk {
  readonly attemptId: string;
  readonly agentId: string;
  /** The agent does not know yet who is on the line: of money that came nothing is told. */
  readonly isUnidentified: boolean;
}

/**
 * Ends what is reserved of the account, withdraws what rings, takes back what is shown. In the house's
 * order of locks: the session's first, so before the account's. What is reserved after this look waits
 * for the person's lock, and its next look at the facts refuses it.
 * @returns the talk that is on, null: none
 */
async function stopCalls(
  tx: Transaction,
  { creditorId, accountId, debtorId }: MatchedPayment,
  actor: string,
): Promise<Talk | null> {
  const { rows } = await tx.query<{ id: string; isUnidentified: boolean }>(
    `select t.id, ${isUnidentified('t', 'p')} as "isUnidentified"
     from ${OPEN_ATTEMPTS} left join phone p on p.id = t.phone_id
     where o.debtor_id = $1 and t.creditor_id = $2`,
    [debtorId, creditorId],
  );
  const [open] = rows;
  const attempt = open === undefined ? null : await lockAttempt(tx, open.id);
  if (attempt?.state === 'reserved' && attempt.accountId === accountId)
    await endAttempt(tx, attempt.id, { result: 'expired', cause: 'payment', actor });
  await cancelRinging(tx, { who: { debtorId }, accountId, cause: 'payment' });
  await withdrawPreviewOf(tx, { debtorId, accountId }, 'payment');
  const isTalking = attempt?.state === 'answered' || attempt?.state === 'connected';
  if (!isTalking) return null;
  const { id: attemptId, agentId } = attempt;
  return { attemptId, agentId, isUnidentified: open?.isUnidentified ?? true };
}

/** Counted from when it was paid: of one that is told late the quiet may be over. */
async function keepQuiet(tx: Transaction, payment: MatchedPayment, days: number): Promise<void> {
  const { id, creditorId, accountId, paidAt } = payment;
  const until = new Date(paidAt.getTime() + days * DAY_MS);
  const clock = await tx.query<{ now: Date }>('select clock_timestamp() as now');
  if (until <= one(clock, 'clock').now) return;
  const to = until.toISOString();
  const hold = await placeHold(
    tx,
    {
      ...{ accountId, creditorId, kind: 'payment_received', reason: 'a payment came in', to },
      ...{ source: 'payments', externalId: id },
    },
    'payments',
  );
  if (hold.kind !== 'written') return;
  await tx.query(
    `insert into payment_silence (creditor_id, account_id, cause, payment_id, from_at, to_at)
     values ($1, $2, 'quiet_days', $3, clock_timestamp(), $4) on conflict (payment_id) do nothing`,
    [creditorId, accountId, id, until],
  );
}

async function thank(tx: Transaction, payment: MatchedPayment): Promise<void> {
  const { id: subjectId, creditorId, debtorId, accountId, amountMinor, currency } = payment;
  const creditorName = await readCreditorName(tx, creditorId);
  const body = sayThanks({ creditorName, amountMinor, currency });
  const kind = 'payment_thanks';
  await queueMessage(tx, { creditorId, debtorId, accountId, kind, subjectId, body });
}

async function tellPayment(
  tx: Transaction,
  payment: MatchedPayment,
  told: {
    readonly type: 'payment.received' | 'payment.matched' | 'payment.reversed';
    readonly talk: Talk | null;
    readonly account: { status: string; dueMinor: string; creditMinor: string } | null;
  },
): Promise<void> {
  const { id, creditorId, accountId, debtorId, currency } = payment;
  const { talk, account } = told;
  await appendEvent(tx, {
    type: told.type,
    creditorId,
    agentId: talk?.agentId ?? null,
    payload: {
      ...{ paymentId: id, accountId, debtorId, currency },
      amountMinor: payment.amountMinor.toString(),
      paidAt: payment.paidAt.toISOString(),
      attemptId: talk?.attemptId ?? null,
      ...(talk?.isUnidentified === true ? { identityMode: true } : {}),
      ...(account === null
        ? {}
        : {
            amountDueMinor: account.dueMinor,
            status: account.status,
            creditMinor: account.creditMinor,
          }),
    },
  });
}
