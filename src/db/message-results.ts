import { addTask } from './tasks';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';

interface Told {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly accountId: string;
  readonly kind: string;
}
const TOLD = `id, creditor_id as "creditorId", debtor_id as "debtorId", account_id as "accountId", kind`;

type Outcome = 'sent' | 'delivered' | 'read' | 'failed' | 'expired' | 'cancelled';
const EVENT = {
  sent: 'message.sent',
  delivered: 'message.delivered',
  read: 'message.read',
  failed: 'message.failed',
  expired: 'message.expired',
  cancelled: 'message.cancelled',
} as const;
const HOUR_MS = 3_600_000;
/** Until when somebody is to look after a message that nobody took. */
const TASK_DUE_MS = 24 * HOUR_MS;

/** Ends a message, or tells how far it has come; with its event, and a task when nobody took it. */
export async function settleMessage(
  tx: Transaction,
  id: string,
  to: { readonly state: Outcome; readonly cause: string | null; readonly now: Date },
): Promise<void> {
  const { rows } = await tx.query<Told>(
    `update message set state = $2, cause = $3, next_at = null, changed_at = $4,
       sent_at = case when $2 in ('sent', 'delivered', 'read') then coalesce(sent_at, $4) else sent_at end
     where id = $1 and state <> $2 returning ${TOLD}`,
    [id, to.state, to.cause, to.now],
  );
  const [message] = rows;
  if (message === undefined) return;
  const { creditorId, debtorId, accountId, kind } = message;
  await appendEvent(tx, {
    type: EVENT[to.state],
    creditorId,
    payload: { messageId: id, debtorId, accountId, kind, cause: to.cause },
  });
  if (to.state !== 'failed') return;
  const assignee = 'role:supervisor' as const;
  const dueAt = new Date(to.now.getTime() + TASK_DUE_MS);
  await addTask(tx, {
    ...{ creditorId, kind: 'message_failed' as const, debtorId, accountId },
    ...{ subjectId: id, assignee, dueAt },
  });
}

/** What a gateway said to a message, or that it said nothing that can be relied on. */
export type GatewayAnswer =
  | { readonly kind: 'accepted'; readonly gatewayMessageId: string | null }
  /** It may be on its way: it counts as sent. */
  | { readonly kind: 'unknown'; readonly failure: string }
  /** Nothing has left. `isFinal`: and nothing will, by this channel. */
  | { readonly kind: 'refused'; readonly failure: string; readonly isFinal: boolean };

/** Records an answer once; a send that was given up meanwhile stays so. @param retryAt of a refused one */
export async function recordAnswer(
  tx: Transaction,
  sendId: string,
  answer: GatewayAnswer,
  at: { readonly now: Date; readonly retryAt: Date },
): Promise<void> {
  const failure = answer.kind === 'accepted' ? null : answer.failure;
  const { rows } = await tx.query<{ messageId: string }>(
    `update message_send set state = $2, answered_at = $3, failure = $4, gateway_message_id = $5,
       is_final = $6
     where id = $1 and state = 'claimed' returning message_id as "messageId"`,
    [
      ...[sendId, answer.kind, at.now, failure],
      answer.kind === 'accepted' ? answer.gatewayMessageId : null,
      answer.kind === 'refused' && answer.isFinal,
    ],
  );
  const [send] = rows;
  if (send === undefined) return;
  if (answer.kind === 'refused') {
    await tx.query(
      `update message set state = 'queued', cause = 'gateway_refused', next_at = $2, changed_at = $3
       where id = $1 and state = 'sending'`,
      [send.messageId, at.retryAt, at.now],
    );
    return;
  }
  const cause = answer.kind === 'unknown' ? 'outcome_unknown' : null;
  await settleMessage(tx, send.messageId, { state: 'sent', cause, now: at.now });
}

/** Sends whose answer nobody brought back: a process died, and they may have left. */
export async function giveUpAnswers(
  db: { transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> },
  now: Date,
): Promise<number> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `select id from message_send where state = 'claimed' and answer_limit_at < $1
       order by answer_limit_at limit 100 for update skip locked`,
      [now],
    );
    for (const { id } of rows) {
      const failure = 'nobody brought its answer back';
      await recordAnswer(tx, id, { kind: 'unknown', failure }, { now, retryAt: now });
    }
    return rows.length;
  });
}

export const RECEIPT_STATES = ['sent', 'delivered', 'failed', 'read'] as const;
export type ReceiptState = (typeof RECEIPT_STATES)[number];

/** From which states of a send a receipt says something new; others came late or twice. */
const NEWS: Readonly<Record<ReceiptState, readonly string[]>> = {
  sent: ['claimed', 'accepted', 'unknown'],
  delivered: ['claimed', 'accepted', 'unknown', 'sent'],
  read: ['claimed', 'accepted', 'unknown', 'sent', 'delivered'],
  failed: ['claimed', 'accepted', 'unknown', 'sent'],
};

/**
 * What a gateway reports later. Repeated, late and reordered receipts change nothing.
 * A failed one lets the next channel try, as long as the message is of use.
 * @returns false: no send of this channel has the id
 */
export async function recordReceipt(
  tx: Transaction,
  receipt: {
    readonly channelId: string;
    readonly sendId: string;
    readonly state: ReceiptState;
    readonly reason: string | null;
    readonly now: Date;
  },
): Promise<boolean> {
  const { channelId, sendId, state, reason, now } = receipt;
  const { rows } = await tx.query<{ messageId: string; before: string }>(
    `select message_id as "messageId", state as before from message_send
     where id = $1 and message_channel_id = $2 for no key update`,
    [sendId, channelId],
  );
  const [send] = rows;
  if (send === undefined) return false;
  if (!NEWS[state].includes(send.before)) return true;
  await tx.query(
    `update message_send set state = $2, receipt_at = $3, answered_at = coalesce(answered_at, $3),
       failure = coalesce($4, failure), is_final = $2 = 'failed'
     where id = $1`,
    [sendId, state, now, reason],
  );
  if (state !== 'failed') await settleMessage(tx, send.messageId, { state, cause: null, now });
  else await queueAgain(tx, send.messageId, now);
  return true;
}

/**
 * The question that a message of this channel asked, of which a gateway tells the answer; an answer is
 * read, too. Null: no send of this channel has the id. `no_question`: it asked none.
 */
export async function findAsked(
  tx: Transaction,
  receipt: { readonly channelId: string; readonly sendId: string },
): Promise<{ readonly surveyId: string } | 'no_question' | null> {
  const { rows } = await tx.query<{ kind: string; surveyId: string }>(
    `select m.kind, m.subject_id as "surveyId" from message_send s join message m on m.id = s.message_id
     where s.id = $1 and s.message_channel_id = $2`,
    [receipt.sendId, receipt.channelId],
  );
  const [asked] = rows;
  if (asked === undefined) return null;
  return asked.kind === 'survey' ? asked : 'no_question';
}

async function queueAgain(db: Queryable, messageId: string, now: Date): Promise<void> {
  await db.query(
    `update message set state = 'queued', cause = 'not_delivered', next_at = $2, changed_at = $2
     where id = $1 and state in ('sending', 'sent')`,
    [messageId, now],
  );
}
