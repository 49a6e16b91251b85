import { withdrawApproval } from './agreement-approvals';
import { findAgreement, type Agreement } from './agreements';
import { lockAccount } from './call-locks';
import type { Transaction } from './database';
import { settleAccount } from './settle-account';
import { leave } from './settle-agreements';

/**
 * Takes an agreement back: what it still waited for is ended, the account may be called again. Null:
 * there is none. Cancelled before, it stays so.
 * @throws TransitionError when it is over
 */
export async function cancelAgreement(
  tx: Transaction,
  id: string,
  by: { readonly reason: string; readonly actor: string },
): Promise<Agreement | null> {
  const found = await findAgreement(tx, id);
  if (found === null) return null;
  const { accountId } = found;
  await lockAccount(tx, accountId);
  const agreement = await findAgreement(tx, id);
  if (agreement === null || agreement.state === 'cancelled') return agreement;
  const { reason: note, actor } = by;
  const cause = 'agreement.cancelled';
  await leave(tx, agreement, 'cancelled', 'taken_back', { cause, actor, note });
  await withdrawApproval(tx, agreement, 'taken_back', actor);
  await settleAccount(tx, { accountId, cause, actor });
  return findAgreement(tx, id);
}
