import { rosterRefusal, type RosterRefusal, type Shift } from '../domain/roster';
import type { RosterPlan, StatedShift } from '../domain/roster-plan';
import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface RosterShiftRow extends StatedShift {
  readonly id: string;
  readonly setBy: string;
  readonly setAt: Date;
}

const COLUMNS = `id, agent_id as "agentId", pool_id as "poolId", from_at as "from", to_at as "to",
  time_zone as "timeZone", note, set_by as "setBy", set_at as "setAt"`;

/** Where a page of shifts ended. */
export interface ShiftCursor {
  readonly from: Date;
  readonly id: string;
}

/** Shifts that lie in `[from, to)`, or reach into it, by their beginning. One more than `limit`: there are more. */
export async function listRosterShifts(
  db: Queryable,
  filter: Shift & { readonly agentId: string | null; readonly poolId: string | null },
  page: { readonly limit: number; readonly after: ShiftCursor | null },
): Promise<RosterShiftRow[]> {
  const { rows } = await db.query<RosterShiftRow>(
    `select ${COLUMNS} from roster_shift
     where to_at > $1 and from_at < $2 and ($3::uuid is null or agent_id = $3)
       and ($4::uuid is null or pool_id = $4)
       and ($5::timestamptz is null or (from_at, id) > ($5, $6::uuid))
     order by from_at, id limit $7`,
    [
      ...[filter.from, filter.to, filter.agentId, filter.poolId],
      ...[page.after?.from ?? null, page.after?.id ?? null, page.limit + 1],
    ],
  );
  return rows;
}

/** Keeps whoever else writes shifts of these agents out until the transaction ends. */
export async function lockRosters(tx: Transaction, agentIds: readonly string[]): Promise<void> {
  await tx.query('select from agent where id = any($1) order by id for no key update', [agentIds]);
}

/** Shifts of these agents that overlap the time. */
export async function readShiftsOf(
  db: Queryable,
  agentIds: readonly string[],
  within: Shift,
): Promise<RosterShiftRow[]> {
  const { rows } = await db.query<RosterShiftRow>(
    `select ${COLUMNS} from roster_shift
     where agent_id = any($1) and to_at > $2 and from_at < $3 order by from_at`,
    [agentIds, within.from, within.to],
  );
  return rows;
}

/** Writes what a plan adds and changes; the caller holds the agents' rosters. */
export async function writeShifts(
  tx: Transaction,
  plan: Pick<RosterPlan<StatedShift>, 'added' | 'changed'>,
  actor: string,
): Promise<void> {
  const { added, changed } = plan;
  await tx.query(
    `insert into roster_shift (agent_id, pool_id, from_at, to_at, time_zone, note, set_by)
     select *, $7 from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[],
       $5::text[], $6::text[])`,
    [
      added.map((shift) => shift.agentId),
      added.map((shift) => shift.poolId),
      added.map((shift) => shift.from),
      added.map((shift) => shift.to),
      added.map((shift) => shift.timeZone),
      added.map((shift) => shift.note),
      actor,
    ],
  );
  await tx.query(
    `update roster_shift s set pool_id = n.pool_id, time_zone = n.time_zone, note = n.note,
       set_by = $5, set_at = now()
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) n (id, pool_id, time_zone, note)
     where s.id = n.id`,
    [
      changed.map(({ id }) => id),
      changed.map(({ to }) => to.poolId),
      changed.map(({ to }) => to.timeZone),
      changed.map(({ to }) => to.note),
      actor,
    ],
  );
}

/** @returns what was removed, by beginning */
export async function removeShifts(
  tx: Transaction,
  ids: readonly string[],
): Promise<RosterShiftRow[]> {
  const { rows } = await tx.query<RosterShiftRow>(
    `delete from roster_shift where id = any($1) returning ${COLUMNS}`,
    [ids],
  );
  return rows.sort((a, b) => a.from.getTime() - b.from.getTime());
}

/** An agent as a roster names it, with the pools that it is in. */
export interface RosterAgent {
  readonly id: string;
  readonly sipUsername: string;
  readonly pools: readonly { readonly id: string; readonly name: string }[];
}

/** Active agents by SIP user name or id. */
export async function findRosterAgents(
  db: Queryable,
  names: readonly string[],
): Promise<RosterAgent[]> {
  const { rows } = await db.query<RosterAgent>(
    `select a.id, a.sip_username as "sipUsername",
       coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name))
         from agent_pool ap join pool p on p.id = ap.pool_id where ap.agent_id = a.id), '[]') as pools
     from agent a where a.active and (a.sip_username = any($1) or a.id::text = any($1))`,
    [names],
  );
  return rows;
}

/** A supervisor's approval to work outside a shift. */
export interface RosterWaiverRow {
  readonly id: string;
  readonly agentId: string;
  readonly at: Date;
  readonly until: Date;
  readonly approvedBy: string;
  readonly reason: string;
}

const WAIVER = `id, agent_id as "agentId", at, until_at as "until", approved_by as "approvedBy", reason`;

export async function waiveRoster(
  tx: Transaction,
  agentId: string,
  by: { readonly actor: string; readonly hours: number; readonly reason: string },
): Promise<RosterWaiverRow> {
  const kept = await tx.query<RosterWaiverRow>(
    `insert into roster_waiver (agent_id, until_at, approved_by, reason)
     values ($1, clock_timestamp() + $2 * interval '1 hour', $3, $4) returning ${WAIVER}`,
    [agentId, by.hours, by.actor, by.reason],
  );
  return one(kept, 'new waiver');
}

export async function listRosterWaivers(
  db: Queryable,
  agentId: string,
  page: PageRequest,
): Promise<Page<RosterWaiverRow>> {
  const { rows } = await db.query<RosterWaiverRow>(
    `select ${WAIVER} from roster_waiver
     where agent_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [agentId, page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** Why an agent may not work now. Null: it may, or none of its pools asks for a roster. */
export async function findRosterRefusal(
  db: Queryable,
  agentId: string,
): Promise<RosterRefusal | null> {
  const { rows } = await db.query<{
    now: Date;
    from: Date | null;
    to: Date | null;
    waivedUntil: Date | null;
  }>(
    `select clock_timestamp() as now, s.from_at as "from", s.to_at as "to",
       (select max(until_at) from roster_waiver where agent_id = $1) as "waivedUntil"
     from (select 1) asked left join lateral (select from_at, to_at from roster_shift
       where agent_id = $1 and to_at > clock_timestamp() order by to_at limit 1) s on true
     where exists (select from agent_pool ap join pool p on p.id = ap.pool_id
       where ap.agent_id = $1 and p.requires_roster)`,
    [agentId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { now, from, to, waivedUntil } = row;
  const firstShift = from === null || to === null ? null : { from, to };
  return rosterRefusal({ firstShift, waivedUntil }, now);
}
