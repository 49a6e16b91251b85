import { changeAgentState, lockAgentSession, releaseAgent, type LegMode } from './agent-sessions';
import { hasSkillsOf } from './agent-skills';
import { lockAttempt, noteHandOver, type Attempt } from './attempts';
import { moveAgentOn, type CallEnd } from './calls';
import type { Database, Transaction } from './database';

/** Whose a debtor is from here on. */
export interface NextAgent {
  readonly agentId: string;
  readonly sessionId: string;
  readonly legMode: LegMode;
}

export interface AgentGone {
  readonly attemptId: string;
  readonly sipInstanceId: string;
  readonly actor: string;
  /** Where the agent before goes, when not the usual way. */
  readonly after: CallEnd['agent'];
}

/**
 * Gives an attempt that nobody talks on yet to the next ready agent of its campaign (of its creditor's,
 * when it came in) whose softphone is at the same process; the agent before is free of it. Whose leg
 * stands comes first, for the debtor waits. Null: nobody, and nothing is changed.
 */
export function giveToNextAgent(db: Database, gone: AgentGone): Promise<NextAgent | null> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, gone.attemptId);
    if (attempt === null || attempt.state === 'connected' || attempt.state === 'ended') return null;
    const next = await lockNextAgent(tx, attempt, gone.sipInstanceId);
    const session = next === null ? null : await lockAgentSession(tx, next.sessionId);
    if (next === null || session === null) return null;
    const { actor, after } = gone;
    await noteHandOver(tx, attempt, { to: next, actor, cause: 'agent_gone' });
    const taken = { to: 'reserved', cause: 'agent_gone', actor, attemptId: attempt.id } as const;
    await changeAgentState(tx, session, taken);
    const before = await lockAgentSession(tx, attempt.agentSessionId);
    if (before?.attemptId === attempt.id) await releaseAgent(tx, before, 'handed_on', actor);
    if (after !== undefined) await moveAgentOn(tx, attempt.agentSessionId, after, actor);
    return next;
  });
}

/** Without waiting: whoever holds a session is making something else of it. */
async function lockNextAgent(
  tx: Transaction,
  attempt: Attempt,
  sipInstanceId: string,
): Promise<NextAgent | null> {
  const { rows } = await tx.query<NextAgent>(
    `select s.id as "sessionId", s.agent_id as "agentId", s.leg_mode as "legMode"
     from agent_session s
     where s.state = 'ready' and s.ended_at is null and s.sip_instance_id = $2 and s.id <> $3
       and exists (select from agent_pool ap
         join campaign_pool cp on cp.pool_id = ap.pool_id
         join campaign c on c.id = cp.campaign_id
         where ap.agent_id = s.agent_id and ${hasSkillsOf('s.agent_id', 'c.id')}
           and (c.id = $1 or ($1::uuid is null and c.creditor_id = $4
             and c.state not in ('draft', 'archived'))))
       and not exists (select from debtor d
         where d.id = $5 and d.kept_from_agent_id = s.agent_id and d.kept_from_until > now())
     order by s.leg_mode = 'nailed_up' desc, s.state_since
     limit 1 for update of s skip locked`,
    [
      ...[attempt.campaignId, sipInstanceId, attempt.agentSessionId],
      ...[attempt.creditorId, attempt.debtorId],
    ],
  );
  return rows[0] ?? null;
}
