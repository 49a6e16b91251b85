import type { Queryable } from './database';

/**
 * Reckonings of a month that rest on the same facts, under the same policy and what was known of keeping
 * on the day, and what they came to.
 */
export interface ParityGroup {
  readonly creditorId: string;
  readonly factsHash: string;
  readonly policyVersion: number;
  /** Null: nothing was known of what is kept. */
  readonly keepingModelId: string | null;
  readonly reckonings: number;
  readonly persons: number;
  readonly agents: number;
  /** How many different lists of offers: more than one is a difference in treatment. */
  readonly variants: number;
  readonly optionSetIds: string[];
}

export interface ParityReport {
  readonly reckonings: number;
  /** Different facts. */
  readonly facts: number;
  /** Facts that more than one person had: where a difference could show. */
  readonly compared: number;
  /** Equal facts with different offers: there should be none. */
  readonly differences: readonly ParityGroup[];
}

/** So many differences are named. */
const NAMED = 100;

/**
 * Did equal facts have equal offers? From what was kept of each reckoning, kinds, terms, cost, whose
 * word it needs and how likely it is to be kept, in their order.
 * @param from, to instants; from is in it
 */
export async function reportParity(
  db: Queryable,
  wish: { readonly creditorId: string | null; readonly from: Date; readonly to: Date },
): Promise<ParityReport> {
  const { rows } = await db.query<{
    reckonings: number;
    facts: number;
    compared: number;
    differences: ParityGroup[];
  }>(
    `with reckoned as (
       select s.id, s.creditor_id, s.debtor_id, s.agent_id, s.facts_hash, s.policy_version, s.keeping_model_id,
         md5(s.refused::text || coalesce((select string_agg(
             concat_ws(' ', o.rank, o.kind, o.terms::text, o.cost_minor, o.strain_percent, o.approval,
               o.keeping_chance), ';' order by o.rank)
           from offer o where o.option_set_id = s.id), '')) as offers
       from option_set s
       where s.made_at >= $2 and s.made_at < $3 and ($1::uuid is null or s.creditor_id = $1)),
     same as (
       select creditor_id as "creditorId", facts_hash as "factsHash", policy_version as "policyVersion",
         keeping_model_id as "keepingModelId", count(*)::int as reckonings, count(distinct debtor_id)::int as persons,
         count(distinct agent_id)::int as agents, count(distinct offers)::int as variants,
         array_agg(id order by id) as "optionSetIds"
       from reckoned group by 1, 2, 3, 4)
     select (select count(*)::int from reckoned) as reckonings, count(*)::int as facts,
       (count(*) filter (where persons > 1))::int as compared,
       coalesce((select jsonb_agg(to_jsonb(d)) from (select * from same where variants > 1
         order by "factsHash" limit ${NAMED}) d), '[]') as differences
     from same`,
    [wish.creditorId, wish.from, wish.to],
  );
  return rows[0] ?? { reckonings: 0, facts: 0, compared: 0, differences: [] };
}
