import type { MessageKind } from '../domain/message-kind';
import { one, type Queryable, type Transaction } from './database';
import type { MessageChannel } from './message-channels';

/** A message whose time has come, locked. */
export interface DueMessage {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly accountId: string;
  readonly kind: MessageKind;
  readonly body: { readonly id: string; readonly en: string };
  /** The person's; what we do not speak is Indonesian. */
  readonly language: 'id' | 'en';
  readonly uselessAfter: Date;
  /** What the creditor calls the person and the account. */
  readonly debtorReference: string | null;
  readonly accountReference: string;
}

/** Messages to look at, the longest due first. @param now the clock of whoever sends */
export async function listDueMessages(
  db: Queryable,
  now: Date,
  limit: number,
): Promise<{ id: string; accountId: string }[]> {
  const { rows } = await db.query<{ id: string; accountId: string }>(
    `select id, account_id as "accountId" from message
     where next_at <= $1 and state in ('queued', 'no_channel') order by next_at limit $2`,
    [now, limit],
  );
  return rows;
}

/** Null: it was sent or cancelled meanwhile. Asked under the debtor's lock. */
export async function lockDueMessage(
  tx: Transaction,
  id: string,
  now: Date,
): Promise<DueMessage | null> {
  const { rows } = await tx.query<DueMessage>(
    `select m.id, m.creditor_id as "creditorId", m.debtor_id as "debtorId",
       m.account_id as "accountId", m.kind, jsonb_build_object('id', m.body_id, 'en', m.body_en) as body,
       case when d.language = 'en' then 'en' else 'id' end as language,
       m.useless_after as "uselessAfter", a.external_id as "accountReference",
       (select r.external_id from debtor_reference r where r.debtor_id = m.debtor_id
         and r.creditor_id = m.creditor_id order by r.external_id limit 1) as "debtorReference"
     from message m join debtor d on d.id = m.debtor_id join account a on a.id = m.account_id
     where m.id = $1 and m.state in ('queued', 'no_channel') and m.next_at <= $2
     for no key update of m`,
    [id, now],
  );
  return rows[0] ?? null;
}

/** What is known of how a person is reached about an account. */
export interface WayToPerson {
  /** Of the latest call about the account: its rules bind messages as well; null: it was never called. */
  readonly campaignId: string | null;
  /** On which the person was last spoken to. */
  readonly phoneId: string | null;
  /** The person took back the consent to be written to by these. */
  readonly closedChannels: readonly string[];
}

export async function readWayToPerson(
  db: Queryable,
  { creditorId, debtorId, accountId }: DueMessage,
): Promise<WayToPerson> {
  return one(
    await db.query<WayToPerson>(
      `select (select campaign_id from attempt where account_id = $3 and campaign_id is not null
           order by id desc limit 1) as "campaignId",
         (select phone_id from attempt where debtor_id = $2 and result = 'connected'
           order by id desc limit 1) as "phoneId",
         array(select distinct c.channel from consent c
           join consent_withdrawal w on w.consent_id = c.id and w.at <= clock_timestamp()
           where c.debtor_id = $2 and c.kind = 'channel'
             and (c.creditor_id is null or c.creditor_id = $1)
             and not exists (select from consent n left join consent_withdrawal nw on nw.consent_id = n.id
               where n.debtor_id = $2 and n.kind = 'channel' and n.channel = c.channel
                 and nw.at is null and n.given_at > w.at)) as "closedChannels"`,
      [creditorId, debtorId, accountId],
    ),
    'the way to a person',
  );
}

/** A handing-over of this message that came to nothing. */
export interface PastSend {
  readonly channelId: string;
  readonly contactId: string;
  readonly e164: string;
  readonly claimedAt: Date;
  /** It will never take this one. */
  readonly isFinal: boolean;
}

export async function readPastSends(db: Queryable, messageId: string): Promise<PastSend[]> {
  const { rows } = await db.query<PastSend>(
    `select s.message_channel_id as "channelId", s.contact_id as "contactId", p.e164,
       s.claimed_at as "claimedAt", s.is_final as "isFinal"
     from message_send s join phone p on p.id = s.phone_id where s.message_id = $1 order by s.id`,
    [messageId],
  );
  return rows;
}

/** Claims a message: from its commit on it counts as on its way, whatever becomes of this process. */
export async function claimSend(
  tx: Transaction,
  claim: {
    readonly message: DueMessage;
    readonly channel: MessageChannel;
    readonly phoneId: string;
    readonly contactId: string;
    readonly decision: object;
    readonly now: Date;
    readonly answerLimitAt: Date;
  },
): Promise<{ readonly id: string; readonly secretSealed: Buffer }> {
  const { message, channel, phoneId, contactId, decision, now, answerLimitAt } = claim;
  const send = one(
    await tx.query<{ id: string; secretSealed: Buffer }>(
      `insert into message_send (message_id, creditor_id, message_channel_id, channel, phone_id,
         language, decision, contact_id, claimed_at, answer_limit_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       returning id, (select secret_sealed from message_channel where id = $3) as "secretSealed"`,
      [
        ...[message.id, message.creditorId, channel.id, channel.channel, phoneId, message.language],
        ...[JSON.stringify(decision), contactId, now, answerLimitAt],
      ],
    ),
    'new send',
  );
  await tx.query(
    `update message set state = 'sending', cause = null, next_at = $2, changed_at = $3 where id = $1`,
    [message.id, answerLimitAt, now],
  );
  return send;
}

/** Puts a message off, or aside. */
export async function putOffMessage(
  tx: Transaction,
  id: string,
  off: {
    readonly state: 'queued' | 'no_channel';
    readonly cause: string | null;
    readonly nextAt: Date;
  },
): Promise<void> {
  await tx.query(
    `update message set state = $2, cause = $3, next_at = $4, changed_at = clock_timestamp()
     where id = $1`,
    [id, off.state, off.cause, off.nextAt],
  );
}

/** What waits to leave, for the gauges. */
export async function readMessageBacklog(
  db: Queryable,
  now: Date,
): Promise<{ overdue: number; oldestAt: Date | null; noChannel: number }> {
  return one(
    await db.query<{ overdue: number; oldestAt: Date | null; noChannel: number }>(
      `select count(*) filter (where state = 'queued' and send_at <= $1)::int as overdue,
         min(send_at) filter (where state = 'queued' and send_at <= $1) as "oldestAt",
         count(*) filter (where state = 'no_channel')::int as "noChannel"
       from message where next_at is not null`,
      [now],
    ),
    'backlog of messages',
  );
}
