import type { Queryable, Transaction } from './database';
import { idsOfLatestDays } from './new-id';

/** Days back from which agents and calls are expected: four of each weekday. */
const SEEN_DAYS = 28;
/** Latest calls of a campaign from which the length of one is taken. */
const LATEST_CALLS = 200;
/** Fewer say nothing. */
const LEAST_CALLS = 20;
/** Longest wrap-up that counts as work on the call: what is recorded later was done later. */
const WRAP_UP_SECONDS = 300;

/** The last ten minutes of an hour are no moment of it: who is planned then is called in the next. */
export const LATE_MS = 10 * 60_000;
const LATE = `interval '${LATE_MS} ms'`;

/** What is planned for a creditor, and what its floor was seen to do. Instants: ms since 1970. */
export interface FloorRow {
  readonly creditorId: string;
  readonly planned: readonly { readonly hourMs: number; readonly planned: number }[];
  readonly seen: readonly { readonly hourMs: number; readonly agents: number }[];
  /** How long a call keeps its agent, wrap-up included; null: too few were seen. */
  readonly secondsACall: number | null;
}

const ms = (instant: string): string => `extract(epoch from ${instant}) * 1000`;

/** In no order; a creditor of whom nothing is known is left out. */
export async function readFloors(
  db: Queryable,
  creditorIds: readonly string[],
): Promise<FloorRow[]> {
  const calls = idsOfLatestDays(SEEN_DAYS);
  const { rows } = await db.query<FloorRow>(
    `select cr.id as "creditorId",
       coalesce((select jsonb_agg(jsonb_build_object('hourMs', ${ms('l.hour')}, 'planned', l.planned))
         from moment_load l where l.creditor_id = cr.id and l.planned > 0
           and l.hour >= date_trunc('hour', now())), '[]') as planned,
       coalesce((select jsonb_agg(jsonb_build_object('hourMs', ${ms('h.hour')},
           'agents', h.agents / h.looks) order by h.hour)
         from floor_hour h where h.creditor_id = cr.id
           and h.hour >= now() - interval '${SEEN_DAYS} days'), '[]') as seen,
       (select case when count(*) >= ${LEAST_CALLS} then avg(one.seconds)::float8 end
        from campaign c cross join lateral (
          select extract(epoch from t.ended_at - t.created_at)
            + case when t.result = 'connected' then coalesce((
                select least(${WRAP_UP_SECONDS}, extract(epoch from o.recorded_at - t.ended_at))
                from outcome o where o.attempt_id = t.id), 0) else 0 end as seconds
          from attempt t where t.campaign_id = c.id and t.id >= $2 and t.id < $3
            and t.counted and t.state = 'ended' and t.result not in ('cancelled', 'unknown')
          order by t.id desc limit ${LATEST_CALLS}) one
        where c.creditor_id = cr.id and c.state = 'running') as "secondsACall"
     from creditor cr where cr.id = any($1::uuid[])
       and exists (select from floor_hour h where h.creditor_id = cr.id)`,
    [creditorIds, calls.from, calls.to],
  );
  return rows;
}

/** A plan that was made, in the place of another one or of none. */
export interface PlanMove {
  readonly creditorId: string;
  readonly from: Date | null;
  readonly to: Date;
}

/** Counts plans at their hours. Last in its transaction: others wait for the same hours. */
export async function countPlans(tx: Transaction, moves: readonly PlanMove[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(
    `insert into moment_load as l (creditor_id, hour, planned)
     select creditor_id, date_trunc('hour', at + ${LATE}), sum(one)
     from unnest($1::uuid[], $2::timestamptz[], $3::int[]) p (creditor_id, at, one)
     where at + ${LATE} >= date_trunc('hour', now()) group by 1, 2 having sum(one) <> 0
     -- everybody in the same order
     order by 1, 2
     on conflict (creditor_id, hour) do update set planned = greatest(0, l.planned + excluded.planned)`,
    [
      moves.flatMap(({ creditorId }) => [creditorId, creditorId]),
      moves.flatMap(({ from, to }) => [from, to]),
      moves.flatMap(() => [-1, 1]),
    ],
  );
}

/** A minute, less what a timer may come early. */
const LOOK = `interval '55 seconds'`;

/**
 * Looks how many agents are at work for each creditor with a running campaign; nobody is one, too. Any
 * number of processes may ask, one looks. Clears away what is over.
 */
export async function lookAtFloors(db: Queryable): Promise<void> {
  await db.query(
    `with served as (
       select distinct s.agent_id, c.creditor_id from agent_session s
         join agent_pool ap on ap.agent_id = s.agent_id
         join campaign_pool cp on cp.pool_id = ap.pool_id
         join campaign c on c.id = cp.campaign_id and c.state = 'running'
       where s.ended_at is null and s.state in ('ready', 'previewing', 'reserved', 'ringing', 'in_call', 'hold', 'wrap_up')),
     shares as (
       select creditor_id, 1.0 / count(*) over (partition by agent_id) as share from served)
     insert into floor_hour as h (creditor_id, hour, agents, looks, looked_at)
     select c.creditor_id, date_trunc('hour', now()),
       coalesce((select sum(share) from shares s where s.creditor_id = c.creditor_id), 0), 1, now()
     from campaign c where c.state = 'running' group by c.creditor_id order by 1
     on conflict (creditor_id, hour) do update set agents = h.agents + excluded.agents,
       looks = h.looks + 1, looked_at = excluded.looked_at
     where h.looked_at < now() - ${LOOK}`,
  );
  await db.query(`delete from floor_hour where hour < now() - interval '${SEEN_DAYS} days'`);
  await db.query(`delete from moment_load where hour < now() - interval '1 day'`);
}
