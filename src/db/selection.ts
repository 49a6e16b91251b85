import { hasSkillsOf } from './agent-skills';
import { HELD_COLUMNS } from './agent-sessions';
import type { CampaignMode, Share } from '../domain/campaign-document/share';
import type { Queryable, Transaction } from './database';
import { IS_DOWN } from './trunk-health';

export interface RunningCampaign {
  readonly id: string;
  readonly creditorId: string;
  /** Of the creditor, beside other creditors. */
  readonly creditorWeight: number;
  readonly state: 'running' | 'pausing' | 'draining';
  readonly openAttempts: number;
  /** A kill switch stands over it or over every trunk that it could take, or each of them is down. */
  readonly isStopped: boolean;
  /** As its settings say; what they leave out is usual. */
  readonly share: Partial<Share>;
  readonly mode: CampaignMode;
}

/** Kill switch `k` stands over the whole of campaign `c`, or over every trunk that it could take. */
export const STOPS_CAMPAIGN = `k.released_at is null and (k.scope = 'all'
  or (k.scope = 'creditor' and k.scope_id = c.creditor_id)
  or (k.scope = 'campaign' and k.scope_id = c.id)
  or (k.scope = 'trunk' and not exists (select 1 from trunk t where t.enabled
    and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? t.id::text)
    and not exists (select 1 from kill_switch s
      where s.released_at is null and s.scope = 'trunk' and s.scope_id = t.id))))`;

/** Of campaign `c`: there are trunks for it, and each is down, at its cap, or may show it no number any more. A reservation would only come back. */
const LACKS_TRUNK = `(select bool_and(${IS_DOWN} or cap_reached(t.id) is not null
    or lacks_caller_id(t, c.settings)) from trunk t where t.enabled
  and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? t.id::text)) is true`;

/** Nothing may leave for campaign `c`, or nothing could. */
export const IS_STOPPED = `(exists (select 1 from kill_switch k where ${STOPS_CAMPAIGN}) or ${LACKS_TRUNK})`;

/** Campaigns that the scheduler has to look at. */
export async function listActiveCampaigns(db: Queryable): Promise<RunningCampaign[]> {
  const { rows } = await db.query<RunningCampaign>(
    `select c.id, c.creditor_id as "creditorId", c.state,
       (select weight from creditor where id = c.creditor_id) as "creditorWeight",
       (select count(*)::int from open_attempt o where o.campaign_id = c.id) as "openAttempts",
       ${IS_STOPPED} as "isStopped",
       coalesce(c.settings->'share', '{}') as share,
       coalesce(c.settings->>'mode', 'progressive') as mode
     from campaign c where c.state in ('running', 'pausing', 'draining') order by c.id`,
  );
  return rows;
}

/**
 * Takes the agent of campaign `$1`'s pools and skills who has been ready longest, with the session
 * locked. An agent counts as ready only with a live sip instance behind the softphone.
 */
export const LOCK_READY_AGENT = lockReady('');

/** The same of one agent; null: nobody of the campaign is ready. @param agentId null: any of them */
export async function lockReadyAgentFor(
  tx: Transaction,
  campaignId: string,
  agentId: string | null,
): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    lockReady('and ($2::uuid is null or agent_session.agent_id = $2)'),
    [campaignId, agentId],
  );
  return rows[0]?.id ?? null;
}

/** @param condition that the session must meet too, of `agent_session` */
export function lockReady(condition: string): string {
  return `select ${HELD_COLUMNS} from agent_session
     where state = 'ready' ${condition}
       and exists (select from sip_instance i
         where i.id = agent_session.sip_instance_id and i.state = 'alive')
       and exists (select from agent_pool ap join campaign_pool cp on cp.pool_id = ap.pool_id
         where ap.agent_id = agent_session.agent_id and cp.campaign_id = $1)
       and ${hasSkillsOf('agent_session.agent_id', '$1')}
     order by state_since limit 1
     for update skip locked`;
}
