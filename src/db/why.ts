import type { AccountGroup } from './account-groups';
import type { KillScope } from '../domain/kill-switch';
import { hasSkillsOf } from './agent-skills';
import type { CampaignState } from '../domain/campaign-state';
import { listUnlimitedCurrencies } from './cost-currency';
import type { Queryable } from './database';
import { STOPS_CAMPAIGN } from './selection';

/** Why open accounts of a campaign are blocked, the most frequent reason first. */
export function countBlocks(
  groups: readonly AccountGroup[],
): { reason: string; accounts: number }[] {
  const blocked = groups.filter(({ open, blockedReason }) => open && blockedReason !== null);
  return mostFrequent(blocked, ({ blockedReason }) => blockedReason ?? '');
}

function mostFrequent(
  groups: readonly AccountGroup[],
  reasonOf: (group: AccountGroup) => string,
): { reason: string; accounts: number }[] {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const reason = reasonOf(group);
    counts.set(reason, (counts.get(reason) ?? 0) + group.accounts);
  }
  return [...counts]
    .map(([reason, accounts]) => ({ reason, accounts }))
    .sort((a, b) => b.accounts - a.accounts);
}

/** What became of the numbers of open accounts that have none to dial, the most frequent first. */
export function countNumbersOff(
  groups: readonly AccountGroup[],
): { reason: string; accounts: number }[] {
  const off = groups.filter(({ open, dialable }) => open && !dialable);
  return mostFrequent(off, ({ numberOff }) => numberOff ?? 'none_on_file');
}

/** The latest denials by rule, last 24 h. */
export async function countDenials(
  db: Queryable,
  campaignId: string,
): Promise<{ deniedBy: string; decisions: number; accounts: number; latestAt: Date }[]> {
  const { rows } = await db.query<{
    deniedBy: string;
    decisions: number;
    accounts: number;
    latestAt: Date;
  }>(
    `select denied_by as "deniedBy", count(*)::int as decisions,
       count(distinct account_id)::int as accounts, max(at) as "latestAt"
     from decision where campaign_id = $1 and verdict = 'deny' and at > now() - interval '24 hours'
       and id >= first_id_at(now() - interval '25 hours')
     group by 1 order by 2 desc`,
    [campaignId],
  );
  return rows;
}

/** Campaigns that may call an account: those of its creditor that are not done. */
export async function listCampaignsOfAccount(
  db: Queryable,
  accountId: string,
): Promise<{ campaignId: string; campaignName: string; inAttempt: boolean; dueAt: Date | null }[]> {
  const { rows } = await db.query<{
    campaignId: string;
    campaignName: string;
    inAttempt: boolean;
    dueAt: Date | null;
  }>(
    `select c.id as "campaignId", c.name as "campaignName", a.next_attempt_at as "dueAt",
       exists (select 1 from open_attempt o where o.debtor_id = a.debtor_id) as "inAttempt"
     from account a join campaign c on c.creditor_id = a.creditor_id and c.state not in ('done', 'archived')
     where a.id = $1 order by c.id`,
    [accountId],
  );
  return rows;
}

export interface DecidedRow {
  readonly decisionId: string;
  readonly at: Date;
  readonly stage: string;
  readonly verdict: string;
  readonly deniedBy: string | null;
}

/** What the gate decided about an account up to an instant, the latest first. */
export async function listDecisionsBefore(
  db: Queryable,
  accountId: string,
  at: Date,
  limit: number,
): Promise<DecidedRow[]> {
  const { rows } = await db.query<DecidedRow>(
    `select id as "decisionId", at, stage, verdict, denied_by as "deniedBy" from decision
     where account_id = $1 and at <= $2 order by id desc limit $3`,
    [accountId, at, limit],
  );
  return rows;
}

export interface StandingOverCampaign {
  readonly id: string;
  readonly scope: KillScope;
  readonly reason: string;
}

export interface CampaignFloor {
  readonly state: CampaignState;
  readonly openAttempts: number;
  readonly agents: Record<string, number>;
  /** Of those who are ready, with every skill that the campaign asks for. */
  readonly agentsReadyWithSkills: number;
  /** Enabled ones that the campaign may use. */
  readonly trunksEnabled: number;
  /** In which trunks of it bill what its cost limit does not count, ISO 4217. */
  readonly currenciesBesideLimit: readonly string[];
  readonly sipInstancesAlive: number;
  /** Pulled, and within reach of the whole campaign. */
  readonly killSwitches: readonly StandingOverCampaign[];
}

export async function readCampaignFloor(
  db: Queryable,
  campaignId: string,
): Promise<CampaignFloor | null> {
  const campaign = await db.query<{ state: CampaignState; openAttempts: number }>(
    `select state, (select count(*)::int from open_attempt o
       where o.campaign_id = c.id) as "openAttempts"
     from campaign c where id = $1`,
    [campaignId],
  );
  const row = campaign.rows[0];
  if (row === undefined) return null;
  const agents = await db.query<{ state: string; agents: number }>(
    `select coalesce(s.state, 'offline') as state, count(distinct ap.agent_id)::int as agents
     from campaign_pool cp join agent_pool ap on ap.pool_id = cp.pool_id
     join agent g on g.id = ap.agent_id and g.active
     left join agent_session s on s.agent_id = ap.agent_id and s.ended_at is null
     where cp.campaign_id = $1 group by 1`,
    [campaignId],
  );
  const counts = await db.query<{ trunks: number; instances: number; skilled: number }>(
    `select (select count(*)::int from agent_session s where s.state = 'ready'
         and exists (select from agent_pool ap join campaign_pool cp on cp.pool_id = ap.pool_id
           where ap.agent_id = s.agent_id and cp.campaign_id = c.id)
         and ${hasSkillsOf('s.agent_id', '$1')}) as skilled,
       (select count(*)::int from trunk t where enabled and (c.settings->'trunkIds' is null
         or c.settings->'trunkIds' ? t.id::text)) as trunks,
       (select count(*)::int from sip_instance where state = 'alive') as instances
     from campaign c where id = $1`,
    [campaignId],
  );
  const switches = await db.query<StandingOverCampaign>(
    `select k.id, k.scope, k.reason from kill_switch k, campaign c
     where c.id = $1 and ${STOPS_CAMPAIGN} order by k.id`,
    [campaignId],
  );
  return {
    ...row,
    agents: Object.fromEntries(agents.rows.map((agent) => [agent.state, agent.agents])),
    agentsReadyWithSkills: counts.rows[0]?.skilled ?? 0,
    trunksEnabled: counts.rows[0]?.trunks ?? 0,
    currenciesBesideLimit: await listUnlimitedCurrencies(db, campaignId),
    sipInstancesAlive: counts.rows[0]?.instances ?? 0,
    killSwitches: switches.rows,
  };
}
