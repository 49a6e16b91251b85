import type { MessageKind } from '../../domain/message-kind';
import type { MessageChannelKind, MessageState } from '../../domain/message-state';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

/** A message and how far it has come. */
export interface Message {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly accountId: string;
  readonly kind: MessageKind;
  readonly subjectId: string;
  readonly step: string;
  readonly body: { readonly id: string; readonly en: string };
  readonly state: MessageState;
  readonly cause: string | null;
  readonly sendAt: Date;
  readonly uselessAfter: Date;
  readonly nextAt: Date | null;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  /** Its handings-over, the first one first. */
  readonly sends: readonly {
    readonly id: string;
    readonly channel: MessageChannelKind;
    readonly phoneId: string | null;
    readonly language: 'id' | 'en';
    readonly state: string;
    readonly claimedAt: string;
    readonly gatewayMessageId: string | null;
    readonly failure: string | null;
    readonly contactId: string;
  }[];
}

const SELECT = `select m.id, m.creditor_id as "creditorId", m.debtor_id as "debtorId",
    m.account_id as "accountId", m.kind, m.subject_id as "subjectId", m.step,
    jsonb_build_object('id', m.body_id, 'en', m.body_en) as body, m.state, m.cause,
    m.send_at as "sendAt", m.useless_after as "uselessAfter", m.next_at as "nextAt",
    m.queued_at as "queuedAt", m.sent_at as "sentAt",
    coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'channel', s.channel,
        'phoneId', s.phone_id, 'language', s.language, 'state', s.state,
        'claimedAt', to_char(s.claimed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'gatewayMessageId', s.gateway_message_id, 'failure', s.failure,
        'contactId', s.contact_id) order by s.id)
      from message_send s where s.message_id = m.id), '[]') as sends
  from message m`;

export async function listMessages(
  db: Queryable,
  filter: {
    readonly state: MessageState | null;
    readonly kind: MessageKind | null;
    readonly debtorId: string | null;
    readonly accountId: string | null;
    readonly creditorId: string | null;
  },
  page: PageRequest,
): Promise<Page<Message>> {
  const { rows } = await db.query<Message>(
    `${SELECT}
     where ($1::uuid is null or m.id < $1) and ($2::text is null or m.state = $2)
       and ($3::text is null or m.kind = $3) and ($4::uuid is null or m.debtor_id = $4)
       and ($5::uuid is null or m.account_id = $5) and ($6::uuid is null or m.creditor_id = $6)
     order by m.id desc limit $7`,
    [
      ...[page.beforeId, filter.state, filter.kind, filter.debtorId, filter.accountId],
      ...[filter.creditorId, pageFetch(page)],
    ],
  );
  return toPage(rows, page);
}

export async function findMessage(db: Queryable, id: string): Promise<Message | null> {
  const { rows } = await db.query<Message>(`${SELECT} where m.id = $1`, [id]);
  return rows[0] ?? null;
}
