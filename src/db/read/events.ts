import type { EventType } from '../../domain/event-type';
import type { Queryable } from '../database';

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

/** Settled events after a place, in the stream's order. */
export async function readEventsAfter(
  db: Queryable,
  after: { readonly xid: bigint; readonly id: bigint },
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await db.query<Row>(
    `select xid::text as "xidText", id, at, type, creditor_id as "creditorId", campaign_id as "campaignId",
       agent_id as "agentId", payload
     from event where (xid, id) > ($1::xid8, $2::bigint) and ${SETTLED}
     order by xid, id limit $3`,
    [after.xid.toString(), after.id, limit],
  );
  return rows.map(({ xidText, ...row }) => ({ ...row, xid: BigInt(xidText) }));
}

/** The place of the newest settled event; before the first when there is none. */
export async function readStreamHead(db: Queryable): Promise<{ xid: bigint; id: bigint }> {
  const { rows } = await db.query<{ xidText: string; id: bigint }>(
    `select xid::text as "xidText", id from event where ${SETTLED} order by xid desc, id desc limit 1`,
  );
  const head = rows[0];
  return head === undefined ? { xid: 0n, id: 0n } : { xid: BigInt(head.xidText), id: head.id };
}
