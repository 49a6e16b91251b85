import type { Collector } from '../domain/call-facts';
import type { Queryable } from './database';

/** People of a campaign, as far as the hours in which they may be called hang on it. */
export interface PeopleServed {
  readonly campaignId: string;
  readonly country: string;
  readonly collector: Collector;
  readonly creditorPacks: readonly string[];
  readonly campaignPacks: readonly string[];
  /** ISO 3166-2; null: unknown. */
  readonly province: string | null;
  /** IANA zone that they named. */
  readonly statedZone: string | null;
}

/** Campaigns that are not over, by the agents whom they may draw. */
export async function readCampaignsOf(
  db: Queryable,
  agentIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const { rows } = await db.query<{ agentId: string; campaignIds: string[] }>(
    `select ap.agent_id as "agentId", array_agg(distinct c.id order by c.id)::text[] as "campaignIds"
     from agent_pool ap join campaign_pool cp on cp.pool_id = ap.pool_id
       join campaign c on c.id = cp.campaign_id and c.state not in ('done', 'archived')
     where ap.agent_id = any($1) group by 1`,
    [agentIds],
  );
  return new Map(rows.map(({ agentId, campaignIds }) => [agentId, campaignIds]));
}

/** Of each campaign the kinds of people who have an open account. Reads every account of the creditors. */
export async function readPeopleServed(
  db: Queryable,
  campaignIds: readonly string[],
): Promise<PeopleServed[]> {
  const { rows } = await db.query<PeopleServed>(
    `with served as (select c.id, c.creditor_id, c.rule_packs from campaign c where c.id = any($1)),
       kinds as (select distinct a.creditor_id, d.province, d.stated_zone
         from account a join debtor d on d.id = a.debtor_id
         where a.status = 'open' and a.creditor_id in (select creditor_id from served))
     select s.id as "campaignId", cr.country, cr.collector, cr.rule_packs as "creditorPacks",
       s.rule_packs as "campaignPacks", k.province, k.stated_zone as "statedZone"
     from served s join creditor cr on cr.id = s.creditor_id join kinds k on k.creditor_id = s.creditor_id`,
    [campaignIds],
  );
  return rows;
}
