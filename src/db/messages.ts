import { messageFault, USEFUL_FOR_MS, type MessageKind } from '../domain/message-kind';
import type { Transaction } from './database';
import { appendEvent } from './events';

/** A message that a person is to get. */
export interface NewMessage {
  readonly creditorId: string;
  readonly debtorId: string;
  readonly accountId: string;
  readonly kind: MessageKind;
  /** What it is about: the promise, the agreement, the dispute, the payment, the instalment. */
  readonly subjectId: string;
  /** Which of several messages of this kind about it, `d-1`. */
  readonly step?: string;
  /** Both texts; the person gets the one of their language. Amounts and dates are in it. */
  readonly body: { readonly id: string; readonly en: string };
  /** Its own, of newPayReference(), which the text says: a payment that brings it back was made by it. */
  readonly payReference?: string;
  /** Not before; absent: now. */
  readonly sendAt?: Date;
  /** Not after; absent: by its kind. */
  readonly uselessAfter?: Date;
}

/**
 * Queues a message: it is sent at its time or the next instant at which the rules allow it. One of a
 * (kind, subject, step): repeated calls change nothing.
 * @throws RangeError when a text is empty, too long or has control characters
 */
export async function queueMessage(tx: Transaction, message: NewMessage): Promise<void> {
  const { creditorId, debtorId, accountId, kind, subjectId, step = '', body } = message;
  for (const [language, text] of Object.entries(body)) {
    const fault = messageFault(text);
    if (fault !== null) throw new RangeError(`the ${kind} message (${language}) ${fault}`);
  }
  const { rows } = await tx.query<{ id: string }>(
    `insert into message (creditor_id, debtor_id, account_id, kind, subject_id, step, body_id,
       body_en, pay_reference, send_at, useless_after, next_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $12, at,
       coalesce($10::timestamptz, at + $11 * interval '1 ms'), at
     from (select coalesce($9::timestamptz, clock_timestamp()) as at) due
     on conflict (kind, subject_id, step) do nothing returning id`,
    [
      ...[creditorId, debtorId, accountId, kind, subjectId, step, body.id, body.en],
      ...[message.sendAt ?? null, message.uselessAfter ?? null, USEFUL_FOR_MS[kind]],
      message.payReference ?? null,
    ],
  );
  const [queued] = rows;
  if (queued === undefined) return;
  await appendEvent(tx, {
    type: 'message.queued',
    creditorId,
    payload: { messageId: queued.id, debtorId, accountId, kind, subjectId, step },
  });
}

/** Cancels what has not left yet of the messages about a subject. What is on its way stays so. */
export async function cancelMessages(
  tx: Transaction,
  { subjectId, reason }: { readonly subjectId: string; readonly reason: string },
): Promise<void> {
  const { rows } = await tx.query<Record<'id' | 'creditorId' | 'debtorId' | 'accountId', string>>(
    `update message set state = 'cancelled', cause = $2, next_at = null, changed_at = clock_timestamp()
     where subject_id = $1 and state in ('queued', 'no_channel')
     returning id, creditor_id as "creditorId", debtor_id as "debtorId", account_id as "accountId"`,
    [subjectId, reason],
  );
  for (const { id, creditorId, debtorId, accountId } of rows) {
    await appendEvent(tx, {
      type: 'message.cancelled',
      creditorId,
      payload: { messageId: id, debtorId, accountId, reason },
    });
  }
}
