import { CAMPAIGN_ACCOUNTS } from './selection';
import type { Queryable } from './database';

/** Counts of a campaign's accounts, each a subset of the one before. */
export interface AccountFunnel {
  readonly total: number;
  readonly open: number;
  readonly notHeld: number;
  readonly withDialablePhone: number;
  readonly due: number;
  readonly personFree: number;
}

export async function countFunnel(db: Queryable, campaignId: string): Promise<AccountFunnel> {
  const { rows } = await db.query<AccountFunnel>(
    `select count(*)::int as total,
       count(*) filter (where open)::int as open,
       count(*) filter (where open and held is null)::int as "notHeld",
       count(*) filter (where open and held is null and dialable)::int as "withDialablePhone",
       count(*) filter (where open and held is null and dialable and due)::int as due,
       count(*) filter (where open and held is null and dialable and due and free)::int as "personFree"
     from (
       select a.status = 'open' as open, a.blocked_reason as held,
         coalesce(a.next_attempt_at <= now(), false) as due,
         exists (select 1 from phone p where p.debtor_id = a.debtor_id and p.owner = 'debtor'
           and p.status = 'active') as dialable,
         not exists (select 1 from open_attempt o where o.debtor_id = a.debtor_id) as free
       from ${CAMPAIGN_ACCOUNTS} where c.id = $1) f`,
    [campaignId],
  );
  return rows[0] ?? { total: 0, open: 0, notHeld: 0, withDialablePhone: 0, due: 0, personFree: 0 };
}

export async function countHolds(
  db: Queryable,
  campaignId: string,
): Promise<{ reason: string; accounts: number }[]> {
  const { rows } = await db.query<{ reason: string; accounts: number }>(
    `select a.blocked_reason as reason, count(*)::int as accounts
     from ${CAMPAIGN_ACCOUNTS} where c.id = $1 and a.status = 'open' and a.blocked_reason is not null
     group by 1 order by 2 desc`,
    [campaignId],
  );
  return rows;
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
     group by 1 order by 2 desc`,
    [campaignId],
  );
  return rows;
}

/** Accounts that a turn of the scheduler would look at now, first things first. */
export async function listDueAccountIds(
  db: Queryable,
  campaignId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select a.id from ${CAMPAIGN_ACCOUNTS}
     where c.id = $1 and a.status = 'open' and a.blocked_reason is null and a.next_attempt_at <= now()
       and not exists (select 1 from open_attempt o where o.debtor_id = a.debtor_id)
     order by a.next_attempt_at, a.due_date, a.id limit $2`,
    [campaignId, limit],
  );
  return rows.map((row) => row.id);
}

/** The earliest instant at which an account that is not due yet becomes due; null: none waits. */
export async function nextDueAt(db: Queryable, campaignId: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(a.next_attempt_at) as at from ${CAMPAIGN_ACCOUNTS}
     where c.id = $1 and a.status = 'open' and a.blocked_reason is null and a.next_attempt_at > now()`,
    [campaignId],
  );
  return rows[0]?.at ?? null;
}

export interface CampaignFloor {
  readonly state: string;
  readonly openAttempts: number;
  readonly agents: Record<string, number>;
  readonly trunksEnabled: number;
  readonly sipInstancesAlive: number;
}

export async function readCampaignFloor(
  db: Queryable,
  campaignId: string,
): Promise<CampaignFloor | null> {
  const campaign = await db.query<{ state: string; openAttempts: number }>(
    `select state, (select count(*)::int from attempt t
       where t.campaign_id = c.id and t.state <> 'ended') as "openAttempts"
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
  const counts = await db.query<{ trunks: number; instances: number }>(
    `select (select count(*)::int from trunk where enabled) as trunks,
       (select count(*)::int from sip_instance where state = 'alive') as instances`,
  );
  return {
    ...row,
    agents: Object.fromEntries(agents.rows.map((agent) => [agent.state, agent.agents])),
    trunksEnabled: counts.rows[0]?.trunks ?? 0,
    sipInstancesAlive: counts.rows[0]?.instances ?? 0,
  };
}
