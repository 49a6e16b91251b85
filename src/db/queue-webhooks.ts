import type { Database, Transaction } from './database';
import { readEventsAfter, type EventPlace } from './read/events';

const PAGE = 500;
/** Beyond these pages others get their turn first. */
const PAGES_A_TURN = 20;

/**
 * Gives every settled event to the webhooks that want it, in the order of the outbox: the cursor and
 * the deliveries are written together, by one process at a time, so that none is lost or queued twice.
 * @returns how many deliveries were queued
 */
export async function queueWebhooks(db: Database): Promise<number> {
  let queued = 0;
  for (let page = 0; page < PAGES_A_TURN; page++) {
    const { deliveries, isLast } = await db.transaction(queuePage);
    queued += deliveries;
    if (isLast) break;
  }
  return queued;
}

async function queuePage(tx: Transaction): Promise<{ deliveries: number; isLast: boolean }> {
  const after = await lockCursor(tx);
  if (after === null || (await skipWithoutReaders(tx, after)))
    return { deliveries: 0, isLast: true };
  const events = await readEventsAfter(tx, after, PAGE);
  const last = events.at(-1);
  if (last === undefined) return { deliveries: 0, isLast: true };
  const deliveries = await queueUpTo(tx, after, last);
  await tx.query('update webhook_cursor set xid = $1::xid8, id = $2, at = $3', [
    last.xid.toString(),
    last.id,
    last.at,
  ]);
  return { deliveries, isLast: events.length < PAGE };
}

/** Null: another process reads. */
async function lockCursor(tx: Transaction): Promise<EventPlace | null> {
  const { rows } = await tx.query<{ xidText: string; id: bigint; at: Date }>(
    'select xid::text as "xidText", id, at from webhook_cursor for update skip locked',
  );
  const [row] = rows;
  return row === undefined ? null : { xid: BigInt(row.xidText), id: row.id, at: row.at };
}

const HAS_READERS = `exists (select from webhook_subscription where enabled and retired_at is null)`;
/** With nobody to tell, events are passed over so often: the next reader looks through no more than these. */
const SKIPPED_EVERY = `interval '1 minute'`;

/** With nobody to tell, what lies there to be told is passed over, now and then. */
async function skipWithoutReaders(tx: Transaction, after: EventPlace): Promise<boolean> {
  const { rows } = await tx.query<{ hasReaders: boolean; isLate: boolean }>(
    `select ${HAS_READERS} as "hasReaders", at < now() - ${SKIPPED_EVERY} as "isLate" from webhook_cursor`,
  );
  const [cursor] = rows;
  if (cursor === undefined || cursor.hasReaders) return false;
  if (cursor.isLate && (await readEventsAfter(tx, after, 1)).length > 0) await passOver(tx);
  return true;
}

/**
 * Whoever is told from now on is told nothing of before: with nobody else to tell, the cursor goes to the
 * end of what is settled. Called before the webhook is there. Both are of one snapshot: whatever is
 * written after a webhook that it does not see lies at its `xmin` or behind it.
 */
export async function passOver(tx: Transaction): Promise<void> {
  await tx.unscoped.query(
    `update webhook_cursor set xid = pg_snapshot_xmin(pg_current_snapshot()), id = 0, at = now()
     where not ${HAS_READERS}`,
  );
}

const UUID = `'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;
const idIn = (field: string): string =>
  `case when e.payload->>'${field}' ~ ${UUID} then (e.payload->>'${field}')::uuid end`;

/** Whose event it is: the person that it names or whose account or attempt it names, else where it was. */
const SUBJECT = `coalesce(${idIn('debtorId')},
  (select a.debtor_id from account a where a.id = ${idIn('accountId')}),
  (select t.debtor_id from attempt t where t.id = ${idIn('attemptId')}),
  e.campaign_id, e.agent_id)`;

/** The events between two places; all of them are settled, so none can appear among them. */
async function queueUpTo(tx: Transaction, after: EventPlace, last: EventPlace): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into webhook_delivery (subscription_id, creditor_id, event_xid, event_id, event_at, type,
       subject, next_at)
     select s.id, e.creditor_id, e.xid, e.id, e.at, e.type, e.subject,
       coalesce((select max(q.next_at) from webhook_delivery q where q.subscription_id = s.id
         and q.subject = e.subject and q.state = 'queued'), clock_timestamp())
     from (select e.*, ${SUBJECT} as subject from event e
         where (e.xid, e.id) > ($1::xid8, $2::bigint) and (e.xid, e.id) <= ($3::xid8, $4::bigint)
           and e.at >= $5::timestamptz - interval '1 day' and e.creditor_id is not null
         offset 0) e
       join webhook_subscription s on s.creditor_id = e.creditor_id
     where s.enabled and s.retired_at is null
       and (s.event_types = '{}' or e.type = any(s.event_types))
     order by e.xid, e.id, s.id`,
    [after.xid.toString(), after.id, last.xid.toString(), last.id, after.at],
  );
  return rowCount ?? 0;
}
