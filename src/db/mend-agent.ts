import type { AgentMismatch, WrittenSession } from '../domain/agent-mismatch';
import {
  changeAgentState,
  lockAgentSession,
  lockOpenSession,
  releaseAgent,
} from './agent-sessions';
import { lockAttempt } from './attempts';
import type { Database, Queryable } from './database';
import { endOrphan } from './sip-instances';

/** Sessions of a sip process, and those of the agents named. */
export async function listWrittenSessions(
  db: Queryable,
  sipInstanceId: string,
  agentIds: readonly string[],
): Promise<WrittenSession[]> {
  const { rows } = await db.query<WrittenSession>(
    `select s.id as "sessionId", s.agent_id as "agentId", s.state, s.attempt_id as "attemptId",
       t.state as "attemptState", t.direction,
       coalesce(t.state = 'ended' or t.sip_instance_id = $1, s.sip_instance_id = $1) as "isOurs"
     from agent_session s
     left join lateral (select state, direction, sip_instance_id from attempt where id = s.attempt_id limit 1) t on true
     where s.ended_at is null and (s.sip_instance_id = $1 or s.agent_id = any($2))`,
    [sipInstanceId, agentIds],
  );
  return rows;
}

/**
 * What was done about a mismatch: the state was changed; the call is to be ended, for its attempt is over;
 * or nothing, for there is no change that would be true.
 */
export type Mending = 'mended' | 'end_call' | 'left';

const CAUSE = 'reaper';

/** Brings what is written to what is so. Looked at again under the locks: it may be over by now. */
export async function mendAgent(
  db: Database,
  mismatch: AgentMismatch,
  actor: string,
): Promise<Mending> {
  if (mismatch.kind === 'session_gone') return mendSession(db, mismatch, actor);
  // an attempt that nobody has any more ends, and its agent with it
  if (await endOrphan(db, mismatch.attemptId, CAUSE, actor)) return 'mended';
  return freeOfCall(db, mismatch, actor);
}

/** The attempt is over: the agent who still stands in it records the outcome, or is free. */
function freeOfCall(
  db: Database,
  { attemptId, sessionId }: AgentMismatch,
  actor: string,
): Promise<Mending> {
  return db.transaction(async (tx) => {
    const session = sessionId === null ? null : await lockAgentSession(tx, sessionId);
    if (session?.attemptId !== attemptId) return 'left';
    if (session.state === 'in_call' || session.state === 'hold')
      await changeAgentState(tx, session, { to: 'wrap_up', cause: CAUSE, actor });
    else if (session.state === 'reserved' || session.state === 'ringing')
      await releaseAgent(tx, session, CAUSE, actor);
    else return 'left';
    return 'mended';
  });
}

/** The talk goes on, and the session is to say so; a talk whose attempt is over is nobody's. */
function mendSession(
  db: Database,
  { agentId, attemptId }: AgentMismatch,
  actor: string,
): Promise<Mending> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, attemptId);
    if (attempt === null || attempt.state === 'ended') return 'end_call';
    const session = await lockOpenSession(tx, agentId);
    // where the talk is not written yet, it will be: the process that has it writes behind
    if (session === null || attempt.state !== 'connected') return 'left';
    const change = { cause: CAUSE, actor, attemptId };
    if (session.state === 'ready') {
      const reserved = await changeAgentState(tx, session, { ...change, to: 'reserved' });
      await changeAgentState(tx, reserved, { ...change, to: 'in_call' });
      return 'mended';
    }
    const isOwn = session.attemptId === attemptId;
    if (!isOwn || (session.state !== 'reserved' && session.state !== 'ringing')) return 'left';
    await changeAgentState(tx, session, { ...change, to: 'in_call' });
    return 'mended';
  });
}
