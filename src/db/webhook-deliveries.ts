import type { EventType } from '../domain/event-type';
import { GIVE_UP_AFTER_MS, LEASE_MS, nextTry } from '../domain/webhook-retry';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export const DELIVERY_STATES = ['queued', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A delivery that this process has in hand, with all that is sent. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly creditorId: string;
  readonly url: string;
  readonly secretSealed: Buffer;
  /** Null: none, or its time is over. */
  readonly oldSecretSealed: Buffer | null;
  /** This try included: whoever lost the delivery to another has an older number. */
  readonly attempts: number;
  readonly firstTriedAt: Date;
  readonly subject: string | null;
  readonly event: {
    readonly xid: bigint;
    readonly id: bigint;
    readonly at: Date;
    readonly type: EventType;
    readonly campaignId: string | null;
    readonly agentId: string | null;
    readonly payload: Record<string, unknown>;
  } | null;
}

interface ClaimedRow extends Omit<ClaimedDelivery, 'event'> {
  readonly xidText: string;
  readonly eventId: bigint;
  readonly eventAt: Date;
  readonly type: EventType;
  readonly campaignId: string | null;
  readonly agentId: string | null;
  /** Null: its month was detached. */
  readonly payload: Record<string, unknown> | null;
}

/** Due ones that are ranked at most. */
const LOOKED_AT = 1_000;

/**
 * Takes deliveries that are due, of each person the earliest alone, and leases them: nobody else takes
 * them meanwhile, and when this process dies they come back.
 * @param limits perSubscription: of one receiver at once; busy: receivers that get no more now
 */
export async function claimDeliveries(
  db: Queryable,
  now: Date,
  limits: {
    readonly total: number;
    readonly perSubscription: number;
    readonly busy: readonly string[];
  },
): Promise<ClaimedDelivery[]> {
  const { rows } = await db.query<ClaimedRow>(
    `with head as materialized (
       select d.id, row_number() over (partition by d.subscription_id order by d.next_at, d.seq) as n
       from (select d.* from webhook_delivery d join webhook_subscription s on s.id = d.subscription_id
         where d.state = 'queued' and d.next_at <= $1 and s.id <> all ($4::uuid[])
           and s.enabled and s.paused_at is null and s.retired_at is null
           and (d.subject is null or not exists (select from webhook_delivery e
             where e.subscription_id = d.subscription_id and e.subject = d.subject
               and e.state = 'queued' and e.seq < d.seq))
         order by d.next_at limit ${LOOKED_AT}) d),
     taken as materialized (
       select d.id from webhook_delivery d join head h on h.id = d.id
       where h.n <= $3 and d.state = 'queued' and d.next_at <= $1
       order by d.seq limit $2 for update of d skip locked),
     claimed as (
       update webhook_delivery d set attempts = attempts + 1, tried_at = $1,
         first_tried_at = coalesce(first_tried_at, $1), next_at = $1 + $5 * interval '1 ms'
       from taken where d.id = taken.id returning d.*)
     select c.id, c.subscription_id as "subscriptionId", c.creditor_id as "creditorId", s.url,
       s.secret_sealed as "secretSealed",
       case when s.old_secret_until > $1 then s.old_secret_sealed end as "oldSecretSealed",
       c.attempts, c.first_tried_at as "firstTriedAt", c.subject, c.event_xid::text as "xidText",
       c.event_id as "eventId", c.event_at as "eventAt", c.type, e.campaign_id as "campaignId",
       e.agent_id as "agentId", e.payload
     from claimed c join webhook_subscription s on s.id = c.subscription_id
       left join event e on e.xid = c.event_xid and e.id = c.event_id and e.at = c.event_at
     order by c.seq`,
    [now, limits.total, limits.perSubscription, limits.busy, LEASE_MS],
  );
  return rows.map(({ xidText, eventId, eventAt, type, campaignId, agentId, payload, ...row }) => {
    const place = { xid: BigInt(xidText), id: eventId, at: eventAt };
    const event = payload === null ? null : { ...place, type, campaignId, agentId, payload };
    return { ...row, event };
  });
}

/** What the receiver said, or why it said nothing. */
export interface Tried {
  readonly status: number | null;
  readonly failure: string | null;
}

/** It has arrived; the next of this person goes at once. */
export async function recordDelivered(
  db: Database,
  { id, subscriptionId, attempts, subject }: ClaimedDelivery,
  status: number,
  now: Date,
): Promise<void> {
  await db.transaction(async (tx) => {
    const ended = await tx.query(
      `update webhook_delivery set state = 'delivered', next_at = null, ended_at = $3, status = $4,
         failure = null
       where id = $1 and attempts = $2 and state = 'queued'`,
      [id, attempts, now, status],
    );
    if (ended.rowCount !== 1) return;
    await tx.query(
      `update webhook_subscription set failing_since = null
       where id = $1 and failing_since is not null`,
      [subscriptionId],
    );
    await letNextGo(tx, subscriptionId, subject, now);
  });
}

async function letNextGo(
  tx: Transaction,
  subscriptionId: string,
  subject: string | null,
  now: Date,
): Promise<void> {
  if (subject === null) return;
  await tx.query(
    `update webhook_delivery set next_at = least(next_at, $3)
     where id = (select id from webhook_delivery where subscription_id = $1 and subject = $2
       and state = 'queued' order by seq limit 1)`,
    [subscriptionId, subject, now],
  );
}

/**
 * It has not arrived: it is tried again later, and with it what waits behind it; after a day it is a
 * dead letter, and a receiver that took nothing in all that time is paused.
 * @param random in [0, 1)
 * @returns true: it is a dead letter now
 */
export async function recordFailed(
  db: Database,
  claimed: ClaimedDelivery,
  tried: Tried,
  { now, random }: { readonly now: Date; readonly random: number },
): Promise<boolean> {
  const { id, subscriptionId, attempts, firstTriedAt, subject } = claimed;
  // what is not there any more will never be
  const next = claimed.event === null ? null : nextTry({ attempts, firstTriedAt, now }, random);
  return db.transaction(async (tx) => {
    const kept = await tx.query(
      `update webhook_delivery set status = $4, failure = $5, next_at = $3,
         state = case when $3::timestamptz is null then 'dead' else 'queued' end,
         ended_at = case when $3::timestamptz is null then $6::timestamptz end
       where id = $1 and attempts = $2 and state = 'queued'`,
      [id, attempts, next, tried.status, tried.failure, now],
    );
    if (kept.rowCount !== 1) return false;
    await tx.query(
      `update webhook_subscription set failing_since = coalesce(failing_since, $2) where id = $1`,
      [subscriptionId, firstTriedAt],
    );
    if (next === null) {
      await letNextGo(tx, subscriptionId, subject, now);
      await pauseIfSilent(tx, claimed, now);
      return true;
    }
    if (subject !== null) {
      await tx.query(
        `update webhook_delivery set next_at = $3
         where subscription_id = $1 and subject = $2 and state = 'queued' and id <> $4`,
        [subscriptionId, subject, next, id],
      );
    }
    return false;
  });
}

async function pauseIfSilent(
  tx: Transaction,
  { subscriptionId, creditorId }: ClaimedDelivery,
  now: Date,
): Promise<void> {
  const { rows } = await tx.query<{ failingSince: Date }>(
    `update webhook_subscription set paused_at = $2
     where id = $1 and paused_at is null and failing_since <= $2::timestamptz - $3 * interval '1 ms'
     returning failing_since as "failingSince"`,
    [subscriptionId, now, GIVE_UP_AFTER_MS],
  );
  const [paused] = rows;
  if (paused === undefined) return;
  await appendEvent(tx, {
    type: 'webhook.paused',
    creditorId,
    payload: { webhookId: subscriptionId, failingSince: paused.failingSince.toISOString() },
  });
}

/** A delivery as it is shown. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly creditorId: string;
  /** As the receiver knows it. */
  readonly eventId: string;
  readonly type: EventType;
  readonly subject: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly firstTriedAt: Date | null;
  readonly triedAt: Date | null;
  readonly status: number | null;
  readonly failure: string | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, subscription_id as "webhookId", creditor_id as "creditorId",
  event_xid::text || '-' || event_id as "eventId", type, subject, state, attempts,
  next_at as "nextAt", first_tried_at as "firstTriedAt", tried_at as "triedAt", status, failure,
  ended_at as "endedAt", created_at as "createdAt"`;

export async function listDeliveries(
  db: Queryable,
  filter: { readonly webhookId: string | null; readonly state: DeliveryState | null },
  page: PageRequest,
): Promise<Page<DeliveryRow>> {
  const { rows } = await db.query<DeliveryRow>(
    `select ${COLUMNS} from webhook_delivery
     where ($1::uuid is null or id < $1) and ($2::uuid is null or subscription_id = $2)
       and ($3::text is null or state = $3)
     order by id desc limit $4`,
    [page.beforeId, filter.webhookId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}

export type Resent = DeliveryRow | 'absent' | 'not_dead' | 'removed';

/** Sends a dead letter once more, with the id it had, and another day of tries. */
export async function resendDelivery(tx: Transaction, id: string): Promise<Resent> {
  const { rows } = await tx.query<DeliveryRow & { readonly isRemoved: boolean }>(
    `select ${COLUMNS}, exists (select from webhook_subscription s where s.id = d.subscription_id
       and s.retired_at is not null) as "isRemoved"
     from webhook_delivery d where id = $1 for no key update`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return 'absent';
  if (row.isRemoved) return 'removed';
  if (row.state !== 'dead') return 'not_dead';
  const queued = await tx.query<DeliveryRow>(
    `update webhook_delivery set state = 'queued', next_at = clock_timestamp(), ended_at = null,
       first_tried_at = null
     where id = $1 returning ${COLUMNS}`,
    [id],
  );
  return queued.rows[0] ?? 'absent';
}

/** What waits to leave, for the gauges. */
export async function readWebhookBacklog(
  db: Queryable,
): Promise<{ queued: number; oldestAt: Date | null; dead: number; paused: number }> {
  const { rows } = await db.query<{
    queued: number;
    oldestAt: Date | null;
    dead: number;
    paused: number;
  }>(
    `select (select count(*)::int from webhook_delivery where state = 'queued') as queued,
       (select min(event_at) from webhook_delivery where state = 'queued') as "oldestAt",
       (select count(*)::int from webhook_delivery where state = 'dead') as dead,
       (select count(*)::int from webhook_subscription
         where paused_at is not null and retired_at is null) as paused`,
  );
  return rows[0] ?? { queued: 0, oldestAt: null, dead: 0, paused: 0 };
}

const KEPT_DAYS = { delivered: 7, dead: 90, waiting: 30 } as const;

/** Removes what has arrived long ago, and gives up on what nobody has fetched for a month. */
export async function tidyDeliveries(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `delete from webhook_delivery where id in (select id from webhook_delivery
       where state = 'delivered' and ended_at < $1::timestamptz - $2 * interval '1 day' limit 10000)`,
    [now, KEPT_DAYS.delivered],
  );
  await db.query(
    `delete from webhook_delivery
     where state = 'dead' and ended_at < $1::timestamptz - $2 * interval '1 day'`,
    [now, KEPT_DAYS.dead],
  );
  await db.query(
    `update webhook_delivery set state = 'dead', next_at = null, ended_at = $1,
       failure = 'the webhook stood still for a month'
     where state = 'queued' and created_at < $1::timestamptz - $2 * interval '1 day'
       and subscription_id in (select id from webhook_subscription
         where not enabled or paused_at is not null)`,
    [now, KEPT_DAYS.waiting],
  );
}
