import { MISSED_CALL_MESSAGE, MISSED_CALL_MESSAGE_GAP_MS } from '../domain/missed-call-message';
import type { Transaction } from './database';
import type { MissedCall } from './inbound-calls';
import { cancelMessages, queueMessage } from './messages';

/**
 * Tells somebody who is known that their call was missed, once a call: by the rules of any message, to a
 * number of their own. Nobody is told who only has this number, for it may be anybody's.
 */
export async function tellMissedCall(tx: Transaction, missed: MissedCall): Promise<void> {
  const { id: subjectId, creditorId, debtorId, accountId } = missed;
  if (creditorId === null || debtorId === null || accountId === null) return;
  const { rowCount } = await tx.query(
    `select from message where debtor_id = $1 and creditor_id = $2 and kind = 'missed_call'
       and state <> 'cancelled' and queued_at > now() - $3 * interval '1 ms' limit 1`,
    [debtorId, creditorId, MISSED_CALL_MESSAGE_GAP_MS],
  );
  if (rowCount !== 0) return;
  const about = { creditorId, debtorId, accountId, subjectId };
  await queueMessage(tx, { ...about, kind: 'missed_call', body: MISSED_CALL_MESSAGE });
}

/** The person has been talked to: what has not left yet need not be said any more. */
export async function withdrawMissedCallMessages(
  tx: Transaction,
  talk: { readonly debtorId: string; readonly creditorId: string },
): Promise<void> {
  const { rows } = await tx.query<{ subjectId: string }>(
    `select subject_id as "subjectId" from message
     where debtor_id = $1 and creditor_id = $2 and kind = 'missed_call'
       and state in ('queued', 'no_channel')`,
    [talk.debtorId, talk.creditorId],
  );
  for (const { subjectId } of rows) await cancelMessages(tx, { subjectId, reason: 'talked' });
}
