import type { EventType } from '../domain/event-type';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { passOver } from './queue-webhooks';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** Who is told of a creditor's events, and where; without its secrets. */
export interface Webhook {
  readonly id: string;
  readonly creditorId: string;
  readonly url: string;
  /** None: all. */
  readonly eventTypes: readonly EventType[];
  readonly enabled: boolean;
  /** Nothing has reached it since. */
  readonly failingSince: Date | null;
  /** It failed for so long that nothing is sent until somebody resumes it. */
  readonly pausedAt: Date | null;
  /** The secret before is good until then, beside the present one. */
  readonly oldSecretUntil: Date | null;
  readonly createdAt: Date;
  /** Deliveries that wait, those that are being tried included. */
  readonly queued: number;
  readonly dead: number;
}

/** The purpose under which the secret of a webhook is sealed. */
export const WEBHOOK_SECRET = 'webhook.secret';

const COLUMNS = `s.id, s.creditor_id as "creditorId", s.url, s.event_types as "eventTypes", s.enabled,
  s.failing_since as "failingSince", s.paused_at as "pausedAt",
  s.old_secret_until as "oldSecretUntil", s.created_at as "createdAt",
  (select count(*)::int from webhook_delivery d where d.subscription_id = s.id
     and d.state = 'queued') as queued,
  (select count(*)::int from webhook_delivery d where d.subscription_id = s.id
     and d.state = 'dead') as dead`;

export async function addWebhook(
  tx: Transaction,
  webhook: {
    readonly creditorId: string;
    readonly url: string;
    readonly eventTypes: readonly EventType[];
    readonly secretSealed: Buffer;
  },
): Promise<Webhook | null> {
  await passOver(tx);
  const { rows } = await tx.query<{ id: string }>(
    `insert into webhook_subscription (creditor_id, url, event_types, secret_sealed)
     select id, $2, $3, $4 from creditor where id = $1 returning id`,
    [webhook.creditorId, webhook.url, webhook.eventTypes, webhook.secretSealed],
  );
  return rows[0] === undefined ? null : findWebhook(tx, rows[0].id);
}

export async function findWebhook(db: Queryable, id: string): Promise<Webhook | null> {
  const { rows } = await db.query<Webhook>(
    `select ${COLUMNS} from webhook_subscription s where s.id = $1 and s.retired_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listWebhooks(
  db: Queryable,
  filter: { readonly creditorId: string | null },
  page: PageRequest,
): Promise<Page<Webhook>> {
  const { rows } = await db.query<Webhook>(
    `select ${COLUMNS} from webhook_subscription s
     where s.retired_at is null and ($1::uuid is null or s.id < $1)
       and ($2::uuid is null or s.creditor_id = $2)
     order by s.id desc limit $3`,
    [page.beforeId, filter.creditorId, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** Null: there is none. */
export async function changeWebhook(
  tx: Transaction,
  id: string,
  change: {
    readonly url: string | null;
    readonly eventTypes: readonly EventType[] | null;
    readonly enabled: boolean | null;
  },
): Promise<Webhook | null> {
  if (change.enabled === true) await passOver(tx);
  await tx.query(
    `update webhook_subscription set url = coalesce($2, url), enabled = coalesce($4, enabled),
       event_types = coalesce($3::text[], event_types), changed_at = now()
     where id = $1 and retired_at is null`,
    [id, change.url, change.eventTypes, change.enabled],
  );
  return findWebhook(tx, id);
}

/** The secret before goes on signing beside the new one. Null: there is no such webhook. */
export async function rotateWebhookSecret(
  tx: Transaction,
  id: string,
  rotation: { readonly secretSealed: Buffer; readonly oldUntil: Date },
): Promise<Webhook | null> {
  await tx.query(
    `update webhook_subscription set old_secret_sealed = secret_sealed, old_secret_until = $3,
       secret_sealed = $2, changed_at = now()
     where id = $1 and retired_at is null`,
    [id, rotation.secretSealed, rotation.oldUntil],
  );
  return findWebhook(tx, id);
}

/** What waits is tried at once. Null: there is none; one that is not paused stays as it is. */
export async function resumeWebhook(tx: Transaction, id: string): Promise<Webhook | null> {
  const { rows } = await tx.query<{ creditorId: string }>(
    `update webhook_subscription set paused_at = null, failing_since = null, changed_at = now()
     where id = $1 and retired_at is null and paused_at is not null
     returning creditor_id as "creditorId"`,
    [id],
  );
  const [resumed] = rows;
  if (resumed !== undefined) {
    await tx.query(
      `update webhook_delivery set next_at = least(next_at, clock_timestamp())
       where subscription_id = $1 and state = 'queued'`,
      [id],
    );
    const { creditorId } = resumed;
    await appendEvent(tx, { type: 'webhook.resumed', creditorId, payload: { webhookId: id } });
  }
  return findWebhook(tx, id);
}

/** Ends it; what waits becomes dead letters. False: there is none. */
export async function retireWebhook(tx: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update webhook_subscription set retired_at = now() where id = $1 and retired_at is null',
    [id],
  );
  if (rowCount !== 1) return false;
  await tx.query(
    `update webhook_delivery set state = 'dead', next_at = null, ended_at = clock_timestamp(),
       failure = 'the webhook was removed'
     where subscription_id = $1 and state = 'queued'`,
    [id],
  );
  return true;
}
