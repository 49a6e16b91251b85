import { one, type Queryable, type Transaction } from './database';
import type { RulePackVersion } from './rule-packs';

/** What a version in shadow said to one decision. */
export interface ShadowComparison {
  readonly packId: string;
  readonly version: number;
  readonly verdict: 'allow' | 'agent_reserved' | 'deny';
  readonly deniedBy: string | null;
  /** Another verdict, or the same for other reasons. */
  readonly differs: boolean;
  /** Ids of rules that fail only with this version. */
  readonly newlyFailing: readonly string[];
  /** Ids of rules that fail only without it. */
  readonly noLongerFailing: readonly string[];
}

/** Keeps what was compared with a decision that is written already; none: nothing to do. */
export function insertShadowComparisons(
  tx: Transaction,
  decisionId: string,
  comparisons: readonly ShadowComparison[],
): void {
  for (const compared of comparisons) {
    tx.send(
      `insert into shadow_comparison (decision_id, pack_id, version, verdict, denied_by, differs,
         newly_failing, no_longer_failing)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        decisionId,
        compared.packId,
        compared.version,
        compared.verdict,
        compared.deniedBy,
        compared.differs,
        compared.newlyFailing,
        compared.noLongerFailing,
      ],
    );
  }
}

export interface ShadowReport {
  readonly packId: string;
  readonly version: number;
  readonly shadowFrom: Date | null;
  /** When it began to bind, or now. */
  readonly until: Date;
  readonly days: number;
  readonly decisionsCompared: number;
  readonly differing: number;
  readonly permitToDenial: number;
  readonly denialToPermit: number;
  readonly otherReasons: number;
  readonly rules: ShadowRule[];
}
export interface ShadowRule {
  readonly rule: string;
  readonly newlyFailing: number;
  readonly noLongerFailing: number;
  /** The latest, at most five. */
  readonly sampleDecisionIds: string[];
}

type Counts = Pick<
  ShadowReport,
  'until' | 'days' | 'decisionsCompared' | 'differing' | 'permitToDenial' | 'denialToPermit'
>;

/** What a version in shadow would have decided otherwise, up to now or to when it began to bind. */
export async function readShadowReport(
  db: Queryable,
  { packId, version, shadowFrom }: Pick<RulePackVersion, 'packId' | 'version' | 'shadowFrom'>,
): Promise<ShadowReport> {
  const counts = one(
    await db.query<Counts>(
      `with v as (
         select shadow_from as "from", case when binds_from <= clock_timestamp() then binds_from
           else clock_timestamp() end as until
         from rule_pack_version where pack_id = $1 and version = $2)
       select v.until,
         greatest(0, coalesce(extract(epoch from v.until - v."from") / 86400, 0))::float8 as days,
         count(s.decision_id)::int as "decisionsCompared",
         count(*) filter (where s.differs)::int as differing,
         count(*) filter (where s.verdict = 'deny' and d.verdict <> 'deny')::int as "permitToDenial",
         count(*) filter (where s.verdict <> 'deny' and d.verdict = 'deny')::int as "denialToPermit"
       from v left join shadow_comparison s on s.pack_id = $1 and s.version = $2
       left join decision d on d.id = s.decision_id
       group by v.until, v."from"`,
      [packId, version],
    ),
    `version ${version} of ${packId}`,
  );
  const { rows } = await db.query<ShadowRule>(
    `select rule, count(*) filter (where newly)::int as "newlyFailing",
       count(*) filter (where not newly)::int as "noLongerFailing",
       (array_agg(decision_id::text order by decision_id desc))[1:5] as "sampleDecisionIds"
     from (
       select unnest(newly_failing) as rule, true as newly, decision_id
       from shadow_comparison where pack_id = $1 and version = $2 and differs
       union all
       select unnest(no_longer_failing), false, decision_id
       from shadow_comparison where pack_id = $1 and version = $2 and differs) changes
     group by rule order by count(*) desc, rule`,
    [packId, version],
  );
  const { differing, permitToDenial, denialToPermit } = counts;
  const otherReasons = differing - permitToDenial - denialToPermit;
  return { packId, version, shadowFrom, ...counts, otherReasons, rules: rows };
}
