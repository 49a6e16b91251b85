import type { EventType } from '../../domain/event-type';
import { one, type Queryable } from '../database';

export interface StoredEvent {
  readonly xid: bigint;
  readonly id: bigint;
  readonly at: Date;
  readonly type: EventType;
  readonly creditorId: string | null;
  readonly campaignId: string | null;
  readonly agentId: string | null;
  readonly payload: Record<string, unknown>;
}

// not named xid: `order by xid` would then sort the text
type Row = Omit<StoredEvent, 'xid'> & { readonly xidText: string };

/** Rows of transactions below this one are all committed or gone: none can appear behind a reader. */
const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())';

/** A place in the stream: that of an event, or one between events. */
export interface EventPlace {
  readonly xid: bigint;
  readonly id: bigint;
  /** When the transaction of its event began: months long before it hold nothing that comes after. */
  readonly at: Date;
}

/** No transaction takes so long: one that began before an event by more has ended before it, too. */
const LONGEST_TRANSACTION = `interval '1 day'`;

/** Settled events after a place, in the stream's order. */
export async function readEventsAfter(
  db: Queryable,
  after: EventPlace,
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await db.query<Row>(
    `select xid::text as "xidText", id, at, type, creditor_id as "creditorId", campaign_id as "campaignId",
       agent_id as "agentId", payload
     from event where (xid, id) > ($1::xid8, $2::bigint) and ${SETTLED}
       and at >= $4::timestamptz - ${LONGEST_TRANSACTION}
     order by xid, id limit $3`,
    [after.xid.toString(), after.id, limit, after.at],
  );
  return rows.map(({ xidText, ...row }) => ({ ...row, xid: BigInt(xidText) }));
}

const LAST_ID = 2n ** 63n - 1n;

/** The end of what is settled: whatever comes after it is settled later. */
export async function readStreamHead(db: Queryable): Promise<EventPlace> {
  const head = one(
    await db.query<{ xmin: string; at: Date }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, now() as at',
    ),
    'the head of the stream',
  );
  return { xid: BigInt(head.xmin) - 1n, id: LAST_ID, at: head.at };
}

/** The place of an event that somebody has seen; one that is not there any more may be any time ago. */
export async function findEventPlace(
  db: Queryable,
  { xid, id }: { readonly xid: bigint; readonly id: bigint },
): Promise<EventPlace> {
  const { rows } = await db.query<{ at: Date }>(
    'select at from event where xid = $1::xid8 and id = $2',
    [xid.toString(), id],
  );
  return { xid, id, at: rows[0]?.at ?? new Date(0) };
}
