import type { AutomaticRule, RuleAction } from '../domain/campaign-document/automatic-rule';
import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface RuleFiring {
  readonly id: string;
  readonly campaignId: string;
  /** Of whose document the rule was. */
  readonly campaignVersion: number;
  readonly rule: string;
  readonly at: Date;
  readonly figure: number;
  readonly action: RuleAction;
  readonly dryRun: boolean;
  /** `done`, `dry_run`, or why nothing was done. */
  readonly outcome: string;
}

const COLUMNS = `id, campaign_id as "campaignId", campaign_version as "campaignVersion", rule, at,
  figure::float8 as figure, action, dry_run as "dryRun", outcome`;

/** Running campaigns that have rules. */
export async function listRuledCampaigns(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from campaign
     where state = 'running' and jsonb_array_length(coalesce(settings->'rules', '[]')) > 0
     order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Notes that the figure says so, or does not. @returns since when it has; null: it does not */
export async function watchRule(
  tx: Transaction,
  campaignId: string,
  rule: AutomaticRule,
  holds: boolean,
): Promise<Date | null> {
  if (!holds) {
    await tx.query('delete from campaign_rule_watch where campaign_id = $1 and rule = $2', [
      campaignId,
      rule.name,
    ]);
    return null;
  }
  const watch = await tx.query<{ since: Date }>(
    `insert into campaign_rule_watch as w (campaign_id, rule, holds_since)
     values ($1, $2, clock_timestamp())
     on conflict (campaign_id, rule) do update set holds_since = w.holds_since
     returning holds_since as since`,
    [campaignId, rule.name],
  );
  return one(watch, 'watch of a rule').since;
}

/** When it fired in the last hour. */
export async function readFirings(
  db: Queryable,
  campaignId: string,
  rule: string,
): Promise<{ readonly now: Date; readonly firings: readonly Date[] }> {
  const read = await db.query<{ now: Date; firings: Date[] }>(
    `select clock_timestamp() as now, coalesce((select array_agg(at) from campaign_rule_firing
       where campaign_id = $1 and rule = $2 and at > now() - interval '1 hour'), '{}') as firings`,
    [campaignId, rule],
  );
  return one(read, 'firings of a rule');
}

export async function insertFiring(
  tx: Transaction,
  firing: Omit<RuleFiring, 'id' | 'at'>,
): Promise<void> {
  await tx.query(
    `insert into campaign_rule_firing (campaign_id, campaign_version, rule, figure, action, dry_run,
       outcome)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      firing.campaignId,
      firing.campaignVersion,
      firing.rule,
      firing.figure,
      JSON.stringify(firing.action),
      firing.dryRun,
      firing.outcome,
    ],
  );
}

export async function listFirings(
  db: Queryable,
  campaignId: string,
  page: PageRequest,
): Promise<Page<RuleFiring>> {
  const { rows } = await db.query<RuleFiring>(
    `select ${COLUMNS} from campaign_rule_firing
     where campaign_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [campaignId, page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
