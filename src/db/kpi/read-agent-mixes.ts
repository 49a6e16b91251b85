import type { AgentMix } from '../../domain/agent-comparison';
import { booksDate } from '../books-date';
import type { Queryable } from '../database';
import { bucketName } from '../bucket-name';
import { CALL_AT, RIGHT_PARTY_TALKS, dueDateOn, dueMinorOn } from './kpi-facts';
import { ASKED, kpiValues, type KpiScope } from './kpi-scope';

/** Days after a talk within which what was promised in it is to be kept. */
export const KEPT_HORIZONS = [30, 60, 90] as const;
export type KeptHorizon = (typeof KEPT_HORIZONS)[number];

export interface AgentMixes {
  readonly mixes: readonly AgentMix[];
  /** Accounts that owed nothing when they were talked about. */
  readonly leftOut: number;
}

/**
 * What came of each account that an agent talked about with the right party in these days, once however
 * often they talked: the share of what was due at the first talk that was kept of the promises of
 * their talks, due within the horizon; at most all of it. Talks of which the horizon is not over are
 * not looked at. The mix: bucket and cause at that talk, and the quarter of the balance.
 */
export async function readAgentMixes(
  db: Queryable,
  scope: KpiScope,
  horizonDays: KeptHorizon,
): Promise<AgentMixes> {
  const onDay = booksDate(CALL_AT);
  const { rows } = await db.query<
    Omit<AgentMix, 'mix'> & { bucket: string; size: string; cause: string }
  >(
    `with ${ASKED}, talk as (
       select distinct on (t.agent_id, a.id) t.agent_id, a.id as account_id, t.id as attempt_id, a.currency,
         ${bucketName(`(${onDay} - ${dueDateOn(onDay)})`)} as bucket, coalesce(o.root_cause, 'not_asked') as cause,
         ${dueMinorOn(onDay)} as due, (${CALL_AT} at time zone $5)::date as day
       ${RIGHT_PARTY_TALKS.rows}
         and (${CALL_AT} at time zone $5)::date + ${String(horizonDays)} < $11
       order by t.agent_id, a.id, t.id),
     placed as (
       select *, 'q' || least(4, 1 + floor(4 * percent_rank() over (partition by currency order by due)))::int as size
       from talk where due > 0),
     kept as (
       select p.*, least(1, coalesce((
           select sum(least(k.kept_minor, k.amount_minor)) from promise k
           join attempt w on w.id = k.attempt_id and w.id >= $8 and w.id < $9
           where k.account_id = p.account_id and w.agent_id = p.agent_id and w.id >= p.attempt_id
             and k.state not in ('proposed', 'cancelled', 'superseded')
             and k.due_date <= p.day + ${String(horizonDays)}), 0) / p.due::float8) as share
       from placed p)
     select agent_id as "agentId", bucket, size, cause, count(*)::int as accounts, sum(share) as sum,
       sum(share * share) as "sumOfSquares"
     from kept group by 1, 2, 3, 4
     union all
     select null, '', '', '', count(*)::int, 0, 0 from talk where due <= 0`,
    kpiValues(scope),
  );
  const leftOut = rows.find(({ bucket }) => bucket === '')?.accounts ?? 0;
  const mixes = rows
    .filter(({ bucket }) => bucket !== '')
    .map(({ bucket, size, cause, ...rest }) => ({ ...rest, mix: { bucket, size, cause } }));
  return { mixes, leftOut };
}
