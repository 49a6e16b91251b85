import type { MessageChannelKind } from '../domain/message-state';
import type { Queryable, Transaction } from './database';

/** Where a creditor's messages of one kind are handed over; without its secret. */
export interface MessageChannel {
  readonly id: string;
  readonly creditorId: string;
  readonly channel: MessageChannelKind;
  readonly url: string;
  /** The lowest is tried first. */
  readonly priority: number;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

/** The purpose under which the secret of a channel is sealed. */
export const CHANNEL_SECRET = 'message_channel.secret';

const COLUMNS = `id, creditor_id as "creditorId", channel, url, priority, enabled,
  created_at as "createdAt"`;

/** A creditor has few: they are listed whole, in the order in which they are tried. */
export async function listMessageChannels(
  db: Queryable,
  creditorId: string,
): Promise<MessageChannel[]> {
  const { rows } = await db.query<MessageChannel>(
    `select ${COLUMNS} from message_channel where creditor_id = $1 and retired_at is null
     order by priority, id`,
    [creditorId],
  );
  return rows;
}

/** Null: the creditor has one of this kind. Messages that found no channel are tried at once. */
export async function addMessageChannel(
  tx: Transaction,
  channel: Pick<MessageChannel, 'creditorId' | 'channel' | 'url' | 'priority'> & {
    readonly secretSealed: Buffer;
  },
): Promise<MessageChannel | null> {
  const { rows } = await tx.query<MessageChannel>(
    `insert into message_channel (creditor_id, channel, url, priority, secret_sealed)
     values ($1, $2, $3, $4, $5)
     on conflict (creditor_id, channel) where retired_at is null do nothing returning ${COLUMNS}`,
    [channel.creditorId, channel.channel, channel.url, channel.priority, channel.secretSealed],
  );
  await lookAgainAtMessages(tx, channel.creditorId);
  return rows[0] ?? null;
}

/** Null: there is none. */
export async function changeMessageChannel(
  tx: Transaction,
  of: { readonly creditorId: string; readonly id: string },
  change: {
    readonly url: string | null;
    readonly priority: number | null;
    readonly enabled: boolean | null;
    readonly secretSealed: Buffer | null;
  },
): Promise<MessageChannel | null> {
  const { rows } = await tx.query<MessageChannel>(
    `update message_channel set url = coalesce($3, url), priority = coalesce($4, priority),
       enabled = coalesce($5, enabled), secret_sealed = coalesce($6, secret_sealed),
       changed_at = now()
     where creditor_id = $1 and id = $2 and retired_at is null returning ${COLUMNS}`,
    [of.creditorId, of.id, change.url, change.priority, change.enabled, change.secretSealed],
  );
  await lookAgainAtMessages(tx, of.creditorId);
  return rows[0] ?? null;
}

/** False: there is none. */
export async function retireMessageChannel(
  tx: Transaction,
  of: { readonly creditorId: string; readonly id: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update message_channel set retired_at = now()
     where creditor_id = $1 and id = $2 and retired_at is null`,
    [of.creditorId, of.id],
  );
  return rowCount === 1;
}

async function lookAgainAtMessages(tx: Transaction, creditorId: string): Promise<void> {
  await tx.query(
    `update message set next_at = least(next_at, clock_timestamp())
     where creditor_id = $1 and state = 'no_channel'`,
    [creditorId],
  );
}

/** The creditor and the sealed secret of a channel, for its receipts; null: there is none. */
export async function findChannelSecret(
  db: Queryable,
  id: string,
): Promise<{ readonly creditorId: string; readonly secretSealed: Buffer } | null> {
  const { rows } = await db.query<{ creditorId: string; secretSealed: Buffer }>(
    `select creditor_id as "creditorId", secret_sealed as "secretSealed" from message_channel
     where id = $1 and retired_at is null`,
    [id],
  );
  return rows[0] ?? null;
}
