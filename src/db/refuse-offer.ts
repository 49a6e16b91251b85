import { isOver } from '../domain/agreement';
import { findAgreementOfOffer } from './agreements';
import type { Transaction } from './database';
import { appendEvent } from './events';
import type { AgentCall } from './read/agent-call';

/**
 * Keeps that the person does not want what was offered, and why. Said again it is the last word; null:
 * no such offer of the account; `chosen`: it was accepted, and the agreement is not over.
 */
export async function refuseOffer(
  tx: Transaction,
  { accountId, attemptId, creditorId }: AgentCall,
  refusal: { readonly offerId: string; readonly why: string; readonly agentId: string },
): Promise<'refused' | 'chosen' | null> {
  const { offerId, why, agentId } = refusal;
  const { rows } = await tx.query<{ kind: string; before: string | null }>(
    `select kind, refused_why as before from offer
     where id = $1 and account_id = $2 for no key update`,
    [offerId, accountId],
  );
  const [offer] = rows;
  if (offer === undefined) return null;
  const made = await findAgreementOfOffer(tx, offerId);
  if (made !== null && !isOver(made.state)) return 'chosen';
  if (offer.before === why) return 'refused';
  await tx.query(
    `update offer set answer = 'refused', refused_why = $2, answered_at = clock_timestamp()
     where id = $1`,
    [offerId, why],
  );
  await appendEvent(tx, {
    type: 'offer.refused',
    creditorId,
    agentId,
    payload: { offerId, attemptId, accountId, kind: offer.kind },
  });
  return 'refused';
}
