import type { Bucket } from '../../domain/campaign-document/account-filter';
import type { Queryable } from '../database';
import { BUCKET_AT_CALL, RIGHT_PARTY_TALKS } from './kpi-facts';
import { ASKED, kpiValues, type KpiScope } from './kpi-scope';

/** Right-party talks of one cause, bucket and creditor, by the option that was accepted in them. */
export interface ReasonRow {
  /** As the debtor told it; null: it was not asked. */
  readonly rootCause: string | null;
  readonly bucket: Bucket;
  readonly creditorId: string;
  /** `none`: the talk ended without one. */
  readonly option: 'promise' | 'plan' | 'reschedule' | 'deferment' | 'settlement' | 'none';
  readonly currency: string;
  readonly talks: number;
  /** Minor units, as text: of promises that came of them, all; and those kept or broken. */
  readonly promisedMinor: string;
  readonly dueMinor: string;
  readonly keptMinor: string;
  /** keptMinor / dueMinor; null: nothing was due yet. */
  readonly keptRate: number | null;
}

/** Why people do not pay, what they agreed to, and what of it they kept. */
export async function readReasons(db: Queryable, scope: KpiScope): Promise<ReasonRow[]> {
  const { rows } = await db.query<ReasonRow>(
    `with ${ASKED}, talk as (
       select t.id, o.root_cause, ${BUCKET_AT_CALL} as bucket, o.creditor_id, a.currency
       ${RIGHT_PARTY_TALKS.rows}),
     answered as (
       select t.*, coalesce(g.kind, case when p.promised is null then 'none' else 'promise' end) as option,
         coalesce(p.promised, 0) as promised, coalesce(p.due, 0) as due, coalesce(p.kept, 0) as kept
       from talk t
       left join lateral (select g.kind from agreement g where g.attempt_id = t.id
         and g.state in ('active', 'completed', 'broken', 'superseded') order by g.id desc limit 1) g on true
       left join lateral (select sum(p.amount_minor) as promised,
           sum(p.amount_minor) filter (where p.state in ('kept', 'broken')) as due,
           sum(least(p.kept_minor, p.amount_minor)) filter (where p.state in ('kept', 'broken')) as kept
         from promise p where p.attempt_id = t.id and p.state not in ('proposed', 'cancelled')) p on true)
     select root_cause as "rootCause", bucket, creditor_id as "creditorId", option, currency,
       count(*)::int as talks, sum(promised)::text as "promisedMinor", sum(due)::text as "dueMinor",
       sum(kept)::text as "keptMinor", round(sum(kept) / nullif(sum(due), 0), 6)::float8 as "keptRate"
     from answered group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    kpiValues(scope),
  );
  return rows;
}
