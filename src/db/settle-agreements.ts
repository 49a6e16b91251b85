import { JUDGED_STATES } from '../domain/agreement';
import { judgeAgreement, type AgreementJudgement } from '../domain/judge-agreement';
import { voidFee } from './agreement-fees';
import { settleAgreementHold } from './agreement-holds';
import { endPromises, readAgreedPromises, reopenPromises } from './agreement-promises';
import { withdrawApproval } from './agreement-approvals';
import { changeAgreement, lockAgreements, type Agreement } from './agreements';
import { readCollectionPolicy } from './collection-policies';
import { one, type Transaction } from './database';
import { cancelMessages } from './messages';
import type { Settling } from './settling';
import { closeTask } from './tasks';
import { voidWriteOff, writeOff } from './write-offs';

/**
 * The states of a locked account's agreements by its facts, and what follows from them: a settlement
 * that is kept writes the rest off, one that is taken back puts it on again; what a broken one still
 * waited for is ended. Writes differences alone.
 * @returns whether facts of the account's money or promises have changed: they are to be settled again
 */
export async function settleAgreements(tx: Transaction, settling: Settling): Promise<boolean> {
  const agreements = await lockAgreements(tx, settling.accountId);
  if (agreements.length === 0) return false;
  const owed = await readOwed(tx, settling);
  let isChanged = false;
  for (const agreement of agreements) {
    if (agreement.state === 'pending_approval') {
      if (owed.minor === 0n) await dropWaiting(tx, agreement, 'nothing_owed', settling);
      continue;
    }
    const isLatest = !agreements.some((other) => isLater(other, agreement));
    if (await settleOne(tx, agreement, { ...settling, ...owed, isLatest })) isChanged = true;
  }
  return isChanged;
}

interface Owed {
  readonly minor: bigint;
  readonly currency: string;
  /** The instant to judge at. */
  readonly now: Date;
}

async function readOwed(tx: Transaction, { accountId, now }: Settling): Promise<Owed> {
  return one(
    await tx.query<Owed & Record<string, unknown>>(
      `select amount_due_minor as minor, currency, coalesce($2, clock_timestamp()) as now
       from account where id = $1`,
      [accountId, now ?? null],
    ),
    `account ${accountId}`,
  );
}

/** Came into force after it: it stands in its place. */
function isLater(other: Agreement, than: Agreement): boolean {
  return other.activeAt !== null && than.activeAt !== null && other.activeAt > than.activeAt;
}

interface Settlement extends Omit<Settling, 'now'>, Owed {
  readonly isLatest: boolean;
}

async function settleOne(
  tx: Transaction,
  agreement: Agreement,
  settling: Settlement,
): Promise<boolean> {
  const { state } = agreement;
  const isJudged = JUDGED_STATES.some((judged) => judged === state);
  // one that broke and was followed by another is over
  if (!isJudged || (!settling.isLatest && state !== 'completed')) return false;
  const judgement = await judge(tx, agreement, settling);
  if (!settling.isLatest && judgement.state !== 'completed')
    return leave(tx, agreement, 'superseded', 'newer_agreement', settling);
  const isMoved = judgement.state !== state;
  const isChanged = isMoved ? await move(tx, agreement, judgement, settling) : false;
  await noteNextCheck(tx, agreement.id, judgement.nextCheckAt);
  const silentUntil = judgement.silentUntil;
  const until = silentUntil !== null && silentUntil > settling.now ? silentUntil : null;
  await settleAgreementHold(tx, agreement, until, settling);
  return isChanged;
}

/** Under the policy that it was made under: a later one changes nothing of it. */
async function judge(
  tx: Transaction,
  agreement: Agreement,
  { minor, currency, now }: Settlement,
): Promise<AgreementJudgement> {
  const { id, creditorId, policyVersion, terms, zone } = agreement;
  const { policy } = await readCollectionPolicy(tx, creditorId, policyVersion);
  const { rows: payments } = await tx.query<{ paidAt: Date; amountMinor: bigint }>(
    `select greatest(paid_at, $2) as "paidAt", amount_minor as "amountMinor" from payment
     where account_id = $1 and currency = $3 and reversed_at is null
       -- money that was on its way when it was agreed counts for it
       and (paid_at >= $2 or received_at >= $2)
     order by 1, id`,
    [agreement.accountId, agreement.acceptedAt, currency],
  );
  const promises = await readAgreedPromises(tx, id);
  const writtenOff = await writtenOffBy(tx, id);
  return judgeAgreement(
    terms,
    { promises, payments, owedMinor: minor + writtenOff, zone },
    now,
    policy.options.plan,
  );
}

async function writtenOffBy(tx: Transaction, agreementId: string): Promise<bigint> {
  const { rows } = await tx.query<{ amountMinor: bigint }>(
    `select amount_minor as "amountMinor" from adjustment
     where kind = 'write_off' and subject_id = $1 and voided_at is null`,
    [agreementId],
  );
  return rows[0]?.amountMinor ?? 0n;
}

/** @returns whether facts of money or promises changed */
async function move(
  tx: Transaction,
  agreement: Agreement,
  { state: to, reason }: AgreementJudgement,
  settling: Settlement,
): Promise<boolean> {
  const { id } = agreement;
  const { cause, actor } = settling;
  await changeAgreement(tx, agreement, { to, reason, cause, actor });
  switch (to) {
    case 'active':
      await voidWriteOff(tx, id, actor);
      await reopenPromises(tx, id);
      return true;
    case 'broken':
      await voidWriteOff(tx, id, actor);
      await endPromises(tx, id, { as: 'cancelled', actor, at: settling.now });
      return true;
    case 'completed':
      await closeTask(tx, { kind: 'check_in', subjectId: id, actor, result: reason });
      // the person paid what was asked for: all that is left is given up, however much it has become
      if (agreement.kind !== 'settlement' || reason !== 'kept') return false;
      return writeOff(tx, agreement, settling.minor, actor);
  }
}

/** Ends an agreement that another one, or a person, takes away. @returns true: facts have changed */
export async function leave(
  tx: Transaction,
  agreement: Agreement,
  to: 'cancelled' | 'superseded',
  reason: string,
  by: Pick<Settling, 'cause' | 'actor'> & { readonly note?: string | null },
): Promise<true> {
  const { id } = agreement;
  const { cause, actor, note = null } = by;
  await changeAgreement(tx, agreement, { to, reason, cause, actor, note });
  await voidWriteOff(tx, id, actor);
  if (to === 'cancelled') await voidFee(tx, id, actor);
  await endPromises(tx, id, { as: to, actor });
  await cancelMessages(tx, { subjectId: id, reason: `agreement ${to}` });
  await closeTask(tx, { kind: 'check_in', subjectId: id, actor, result: to });
  await settleAgreementHold(tx, agreement, null, { cause: `agreement.${to}`, actor });
  return true;
}

/** An agreement that waits for a second person comes to nothing. */
export async function dropWaiting(
  tx: Transaction,
  agreement: Agreement,
  reason: 'nothing_owed' | 'not_answered' | 'newer_agreement',
  { cause, actor }: Pick<Settling, 'cause' | 'actor'>,
): Promise<void> {
  const to = {
    nothing_owed: 'cancelled',
    not_answered: 'expired',
    newer_agreement: 'superseded',
  } as const;
  await changeAgreement(tx, agreement, { to: to[reason], reason, cause, actor });
  await withdrawApproval(tx, agreement, reason, actor);
  await settleAgreementHold(tx, agreement, null, { cause: reason, actor });
}

async function noteNextCheck(tx: Transaction, id: string, at: Date | null): Promise<void> {
  await tx.query(
    'update agreement set next_check_at = $2 where id = $1 and next_check_at is distinct from $2',
    [id, at],
  );
}
