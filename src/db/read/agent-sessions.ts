import { SESSION_COLUMNS, type AgentSession } from '../agent-sessions';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export async function listAgentSessions(
  db: Queryable,
  agentId: string,
  page: PageRequest,
): Promise<Page<AgentSession>> {
  const { rows } = await db.query<AgentSession>(
    `select ${SESSION_COLUMNS} from agent_session
     where agent_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [agentId, page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

/**
 * The sip instance at which the agent's softphone is registered now, alive; null: the softphone
 * cannot be reached.
 */
export async function findSoftphoneInstance(
  db: Queryable,
  agentId: string,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `select i.id from registration r join sip_instance i on i.id = r.sip_instance_id
     where r.agent_id = $1 and r.expires_at > now() and i.state = 'alive'`,
    [agentId],
  );
  return rows[0]?.id ?? null;
}
