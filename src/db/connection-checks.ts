import {
  connectionFaults,
  connectionRefusal,
  POOR_MOS,
  SHIFT_MS,
  type ConnectionFault,
  type ConnectionFigures,
  type ConnectionRefusal,
} from '../domain/connection-check';
import { one, type Queryable, type Transaction } from './database';
import { idsSince } from './new-id';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** A check that was measured, or (without figures) a supervisor's waiver of it. */
export interface ConnectionCheckRow {
  readonly id: string;
  readonly agentId: string;
  readonly at: Date;
  readonly figures: ConnectionFigures | null;
  /** What fell short. */
  readonly faults: ConnectionFault[];
  readonly passed: boolean;
  readonly waivedBy: string | null;
  readonly waiverReason: string | null;
  /** Until when it lets the agent be ready; null: it does not. */
  readonly validUntil: Date | null;
}

const COLUMNS = `id, agent_id as "agentId", at, figures, faults, passed, waived_by as "waivedBy",
  waiver_reason as "waiverReason",
  case when passed or waived_by is not null then at + ${SHIFT_MS} * interval '1 ms' end as "validUntil"`;

/** Keeps what an agent's page measured, and what the limits make of it. */
export async function keepConnectionCheck(
  tx: Transaction,
  agentId: string,
  figures: ConnectionFigures,
): Promise<ConnectionCheckRow> {
  const faults = connectionFaults(figures);
  const kept = await tx.query<ConnectionCheckRow>(
    `insert into connection_check (agent_id, figures, faults, passed) values ($1, $2, $3, $4)
     returning ${COLUMNS}`,
    [agentId, JSON.stringify(figures), faults, faults.length === 0],
  );
  return one(kept, 'new connection check');
}

/** Lets an agent be ready for a shift, whatever was measured. */
export async function waiveConnectionCheck(
  tx: Transaction,
  agentId: string,
  by: { readonly actor: string; readonly reason: string },
): Promise<ConnectionCheckRow> {
  const kept = await tx.query<ConnectionCheckRow>(
    `insert into connection_check (agent_id, waived_by, waiver_reason) values ($1, $2, $3)
     returning ${COLUMNS}`,
    [agentId, by.actor, by.reason],
  );
  return one(kept, 'new waiver');
}

export async function listConnectionChecks(
  db: Queryable,
  agentId: string,
  page: PageRequest,
): Promise<Page<ConnectionCheckRow>> {
  const { rows } = await db.query<ConnectionCheckRow>(
    `select ${COLUMNS} from connection_check
     where agent_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [agentId, page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

interface RefusalRow {
  readonly now: Date;
  /** Of the latest that was measured; null: none was. */
  readonly at: Date | null;
  readonly passed: boolean;
  readonly faults: readonly ConnectionFault[];
  readonly lastWaivedAt: Date | null;
  readonly poorCallsAt: readonly Date[];
}

/** Why an agent may not be ready. Null: it may, or none of its pools asks for the check. */
export async function findConnectionRefusal(
  tx: Transaction,
  agentId: string,
): Promise<ConnectionRefusal | null> {
  const shift = idsSince(new Date(Date.now() - SHIFT_MS));
  const { rows } = await tx.query<RefusalRow>(
    `select clock_timestamp() as now, c.at, c.passed, c.faults,
       (select max(at) from connection_check where agent_id = $1 and waived_by is not null
         and at > now() - ${SHIFT_MS} * interval '1 ms') as "lastWaivedAt",
       array(select ended_at from call_leg where agent_id = $1 and kind = 'agent' and ended_at is not null
         and (media_quality->>'mos')::float8 < ${POOR_MOS}
         and call_id >= $2 and call_id < $3) as "poorCallsAt"
     from (select 1) asked left join lateral (select at, passed, faults from connection_check
       where agent_id = $1 and figures is not null order by id desc limit 1) c on true
     where exists (select from agent_pool ap join pool p on p.id = ap.pool_id
       where ap.agent_id = $1 and p.requires_connection_check)`,
    [agentId, shift.from, shift.to],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { now, at, passed, faults, lastWaivedAt, poorCallsAt } = row;
  const lastCheck = at === null ? null : { at, passed, faults };
  return connectionRefusal({ lastCheck, lastWaivedAt, poorCallsAt }, now);
}
