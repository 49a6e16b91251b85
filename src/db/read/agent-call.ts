import type { Queryable } from '../database';
import { isUnidentified } from '../number-evidence';

/** The person whom an agent is talking to, or has just talked to. */
export interface AgentCall {
  readonly attemptId: string;
  readonly debtorId: string;
  readonly accountId: string;
  readonly creditorId: string;
  /** Of the person, or from which they call; null: withheld. */
  readonly e164: string | null;
  /** Nothing of the debt is shown before the person has shown who they are. */
  readonly identityMode: boolean;
}

/** The attempt that the agent's open session holds, up to the end of the wrap-up; null: none, or of somebody unknown. */
export async function findAgentCall(db: Queryable, agentId: string): Promise<AgentCall | null> {
  const { rows } = await db.query<AgentCall>(
    `select t.id as "attemptId", t.debtor_id as "debtorId", t.account_id as "accountId",
       t.creditor_id as "creditorId", coalesce(p.e164, i.caller) as e164,
       ${isUnidentified('t', 'p')} as "identityMode"
     from agent_session s join attempt t on t.id = s.attempt_id
     left join phone p on p.id = t.phone_id left join inbound_call i on i.id = t.inbound_call_id
     where s.agent_id = $1 and s.ended_at is null and t.debtor_id is not null`,
    [agentId],
  );
  return rows[0] ?? null;
}
