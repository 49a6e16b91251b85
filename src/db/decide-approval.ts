import { refuseApprover } from '../domain/agreement-approval';
import { paymentsOf } from '../domain/agreement-terms';
import type { Authority } from '../domain/option';
import { todayOf } from '../domain/option-facts';
import type { Said } from '../domain/said';
import { activateAgreement, replaceRunning } from './activate-agreement';
import { settleAgreementHold } from './agreement-holds';
import { changeApproval, findApproval, lockApproval, type Approval } from './agreement-approvals';
import { changeAgreement, findAgreement, type Agreement } from './agreements';
import { lockAccount } from './call-locks';
import type { Transaction } from './database';
import { readDebt } from './debts';
import { isStale } from './make-agreement';
import { queueMessage } from './messages';

export interface ApprovalWord {
  readonly id: string;
  readonly to: 'approved' | 'rejected';
  readonly reason: string | null;
  readonly actor: string;
  readonly authority: Authority;
}

export type DecidedApproval =
  | { readonly kind: 'decided'; readonly approval: Approval; readonly agreement: Agreement }
  /** The same person said the same before: nothing was changed. */
  | { readonly kind: 'repeated'; readonly approval: Approval; readonly agreement: Agreement }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'same_person' | 'no_authority'; readonly needsRole: Authority }
  /** What was to be approved is not what it was: the debt or the day has changed. */
  | { readonly kind: 'stale'; readonly reason: string };

/**
 * A second person's yes makes the agreement, however late; a no ends it. The person who was told to hear
 * of us hears of it.
 * @throws TransitionError when somebody else has decided, or nobody waits any more
 */
export async function decideApproval(
  tx: Transaction,
  word: ApprovalWord,
): Promise<DecidedApproval> {
  const found = await findApproval(tx, word.id);
  if (found === null) return { kind: 'not_found' };
  await lockAccount(tx, found.accountId);
  const approval = await lockApproval(tx, word.id);
  const agreement = await findAgreement(tx, found.agreementId);
  if (approval === null || agreement === null) return { kind: 'not_found' };
  if (approval.state === word.to && approval.decidedBy === word.actor)
    return { kind: 'repeated', approval, agreement };
  const refusal = refuseApprover(approval, word);
  if (refusal !== null) return { kind: refusal, needsRole: approval.needsRole };
  if (word.to === 'approved') {
    const stale = await staleness(tx, agreement);
    if (stale !== null) return { kind: 'stale', reason: stale };
  }
  const decided = await changeApproval(tx, approval, word);
  const { actor } = word;
  await (word.to === 'approved'
    ? approve(tx, agreement, actor)
    : reject(tx, agreement, approval, word));
  const after = await findAgreement(tx, agreement.id);
  return { kind: 'decided', approval: decided, agreement: after ?? agreement };
}

async function approve(tx: Transaction, agreement: Agreement, actor: string): Promise<void> {
  const cause = 'agreement.approval_decided';
  await replaceRunning(tx, agreement.accountId, { cause, actor });
  const change = { to: 'active', reason: 'approved', cause, actor } as const;
  await activateAgreement(tx, await changeAgreement(tx, agreement, change), actor);
}

async function reject(
  tx: Transaction,
  agreement: Agreement,
  { state }: Approval,
  { reason: note, actor }: ApprovalWord,
): Promise<void> {
  const cause = 'agreement.approval_decided';
  const change = { to: 'cancelled', reason: 'approval_refused', cause, actor, note } as const;
  await changeAgreement(tx, agreement, change);
  await settleAgreementHold(tx, agreement, null, { cause, actor });
  // in the talk the agent says so; afterwards nobody else would
  if (state !== 'late') return;
  const { id: subjectId, creditorId, debtorId, accountId } = agreement;
  await queueMessage(tx, {
    ...{ creditorId, debtorId, accountId, subjectId, body: NOT_CONFIRMED },
    ...{ kind: 'recap', step: 'refused' },
  });
}

const NOT_CONFIRMED: Said = {
  id: 'Usulan kesepakatan yang kita bicarakan belum dapat kami setujui. Belum ada yang berubah pada tagihan Anda. Kami akan menghubungi Anda untuk mencari cara lain. Keluhan: OJK, telepon 157.',
  en: 'We cannot confirm the agreement that we talked about. Nothing about what you owe has changed. We will get in touch to find another way. Complaints: OJK, telephone 157.',
};

/** Why a yes would not be to what the person accepted; null: it would. */
async function staleness(tx: Transaction, agreement: Agreement): Promise<string | null> {
  const debt = await readDebt(tx, agreement.accountId);
  const { rows } = await tx.query<Parameters<typeof isStale>[0]>(
    `select s.facts from offer o join option_set s on s.id = o.option_set_id where o.id = $1`,
    [agreement.offerId],
  );
  const [reckoned] = rows;
  if (debt === null || reckoned === undefined) return 'what it was made of is gone';
  if (isStale(reckoned, debt)) return 'what is owed has changed since';
  const [first] = paymentsOf(agreement.terms);
  return first !== undefined && first.dueDate < todayOf(debt) ? 'its first date is over' : null;
}
