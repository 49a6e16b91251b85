import { requestCallback } from './callback-requests';
import { recordContact } from './contacts';
import type { Database, Transaction } from './database';
import { appendEvent } from './events';
import { tellMissedCall } from './missed-call-message';
import { closeMissedCall, type MissedCall } from './inbound-calls';

/** Why nobody took a call that came in. */
export type MissCause =
  | 'no_agent'
  /** The caller gave up first. */
  | 'caller_hung_up'
  /** We talk with the person already. */
  | 'person_in_call'
  /** The process that had it left or died. */
  | 'shutdown'
  | 'sip_instance_dead'
  /** The call could not be answered: no description, or none that a softphone takes. */
  | 'failed';

/**
 * Keeps that a call was missed, once: in the history of the person who called, and as a request to be
 * called. Somebody whom we are talking to asks for nothing.
 * @returns false when it was decided before
 */
export function missInboundCall(
  db: Database,
  miss: { readonly callId: string; readonly cause: MissCause; readonly sipStatus: number | null },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const missed = await closeMissedCall(tx, miss);
    if (missed === null) return false;
    await enterContact(tx, missed);
    const request = miss.cause === 'person_in_call' ? null : await requestCallback(tx, missed);
    if (request !== null) await tellMissedCall(tx, missed);
    const { id: callId, creditorId, accountId } = missed;
    await appendEvent(tx, {
      type: 'inbound.missed',
      creditorId,
      payload: { callId, accountId, cause: miss.cause, callbackRequestId: request?.id ?? null },
    });
    return true;
  });
}

/** The ledger has it as a call of the person's; no limit counts those of that direction as placed. */
async function enterContact(tx: Transaction, missed: MissedCall): Promise<void> {
  const { id, at, debtorId, accountId, creditorId, caller } = missed;
  if (debtorId === null || accountId === null) return;
  const written = await recordContact(
    tx,
    {
      ...{ at: at.toISOString(), direction: 'in', mode: 'live', outcome: 'no_answer' },
      ...{ debtorId, accountIds: [accountId], place: 'mobile' },
      ...(caller === null ? {} : { number: caller }),
      ...(creditorId === null ? {} : { creditorId }),
      ...{ source: 'inbound_call', externalId: id },
    },
    'system',
  );
  if (written.kind === 'refused') throw new Error(`no contact of missed call ${id}`);
}
