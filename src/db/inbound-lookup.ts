import { DEFAULT_WRAP_UP_LIMIT_MS } from './agent-sessions';
import { hasSkillsOf } from './agent-skills';
import type { Queryable } from './database';
import { idsOfLatestDays } from './new-id';
import { SESSION_TIMER, type SessionTimer } from './trunk-routing';

/** What a call that comes in must come from. */
export interface InboundTrunk {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  /** E.164: the numbers that can be called by it. */
  readonly callerIds: readonly string[];
  readonly sessionTimer: SessionTimer | null;
}

export async function listInboundTrunks(db: Queryable): Promise<InboundTrunk[]> {
  const { rows } = await db.query<InboundTrunk>(
    `select id, host, port, transport, caller_ids as "callerIds", ${SESSION_TIMER}
     from trunk t where enabled order by priority, name`,
  );
  return rows;
}

/**
 * Creditors that call with this number by this trunk, so that whoever calls it means one of them; the
 * one with the newest campaign first.
 */
export async function listCreditorsOfNumber(
  db: Queryable,
  trunkId: string,
  e164: string,
): Promise<string[]> {
  const { rows } = await db.query<{ creditorId: string }>(
    `select c.creditor_id as "creditorId" from campaign c
     where c.state not in ('draft', 'archived')
       and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? $1::text)
       and (c.settings->>'callerId' = $2 or c.settings->'callerIds' ? $2
         or exists (select from jsonb_each_text(c.settings->'callerIdByProvince') n where n.value = $2)
         or (not c.settings ?| array['callerId', 'callerIds', 'callerIdByProvince']
           and exists (select from trunk t where t.id = $1::uuid and $2 = any(t.caller_ids))))
     group by 1 order by max(c.id::text) desc`,
    [trunkId, e164],
  );
  return rows.map(({ creditorId }) => creditorId);
}

/** An account of a person whose own number it is. */
export interface CallerAccount {
  readonly debtorId: string;
  readonly phoneId: string;
  readonly accountId: string;
  readonly creditorId: string;
  readonly status: 'open' | 'paid' | 'closed';
  /** Null: never. */
  readonly lastAttemptAt: Date | null;
  readonly dueDate: string;
}

const MOST_ACCOUNTS = 200;

/** Accounts, at these creditors, of all whose own and working number it is. A third party's says nothing. */
export async function listCallerAccounts(
  db: Queryable,
  e164: string,
  creditorIds: readonly string[],
): Promise<CallerAccount[]> {
  const { rows } = await db.query<CallerAccount>(
    `select p.debtor_id as "debtorId", p.id as "phoneId", a.id as "accountId",
       a.creditor_id as "creditorId", a.status, a.last_attempt_at as "lastAttemptAt",
       a.due_date::text as "dueDate"
     from phone p join account a on a.debtor_id = p.debtor_id
     where p.e164 = $1 and p.owner = 'debtor' and p.status = 'active' and a.creditor_id = any($2)
     order by a.id limit ${MOST_ACCOUNTS}`,
    [e164, creditorIds],
  );
  return rows;
}

const LAST_TALK_DAYS = 90;

/** The agent who last spoke with the person; null: nobody lately. */
export async function findLastAgent(db: Queryable, debtorId: string): Promise<string | null> {
  const lately = idsOfLatestDays(LAST_TALK_DAYS);
  const { rows } = await db.query<{ agentId: string }>(
    `select agent_id as "agentId" from attempt
     where debtor_id = $1 and result = 'connected' and id >= $2 and id < $3
     order by id desc limit 1`,
    [debtorId, lately.from, lately.to],
  );
  return rows[0]?.agentId ?? null;
}

/** An agent whom this process can reach, for one creditor whom the agent works for. */
export interface ReadyAgent {
  readonly sessionId: string;
  readonly agentId: string;
  readonly legMode: 'nailed_up' | 'per_call';
  readonly readySince: Date;
  readonly creditorId: string;
  /** The longest of the agent's campaigns for the creditor. */
  readonly wrapUpLimitMs: number;
}

/** Ready agents of the pools, and with the skills, of the creditors' campaigns. */
export async function listReadyAgents(
  db: Queryable,
  sipInstanceId: string,
  creditorIds: readonly string[],
): Promise<ReadyAgent[]> {
  const { rows } = await db.query<ReadyAgent>(
    `select s.id as "sessionId", s.agent_id as "agentId", s.leg_mode as "legMode",
       s.state_since as "readySince", c.creditor_id as "creditorId",
       max(coalesce((c.settings->>'wrapUpLimitMs')::int, ${DEFAULT_WRAP_UP_LIMIT_MS}))
         as "wrapUpLimitMs"
     from agent_session s
     join agent_pool ap on ap.agent_id = s.agent_id
     join campaign_pool cp on cp.pool_id = ap.pool_id
     join campaign c on c.id = cp.campaign_id
     where s.state = 'ready' and s.ended_at is null and s.sip_instance_id = $1
       and c.creditor_id = any($2) and c.state not in ('draft', 'archived')
       and ${hasSkillsOf('s.agent_id', 'c.id')}
     group by s.id, c.creditor_id`,
    [sipInstanceId, creditorIds],
  );
  return rows;
}

/** The campaign that dialed the account last, else the newest that runs for its creditor; null: none. */
export async function findDialingCampaign(
  db: Queryable,
  accountId: string,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string | null }>(
    `select coalesce(
       (select campaign_id from attempt where account_id = a.id and campaign_id is not null
        order by id desc limit 1),
       (select id from campaign where creditor_id = a.creditor_id and state = 'running'
        order by id desc limit 1)) as id
     from account a where a.id = $1`,
    [accountId],
  );
  return rows[0]?.id ?? null;
}
