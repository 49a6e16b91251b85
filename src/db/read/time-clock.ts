import type { SessionSpan, StateSpan } from '../../domain/time-clock';
import type { Shift } from '../../domain/roster';
import type { Queryable } from '../database';

/** Sessions of an agent that reach into a time, and its states in them; what is open ends now. */
export async function readAgentTimes(
  db: Queryable,
  agentId: string,
  within: Shift,
): Promise<{ readonly sessions: SessionSpan[]; readonly states: StateSpan[] }> {
  const values = [agentId, within.from, within.to];
  const chosen = `select id, started_at, ended_at from agent_session
    where agent_id = $1 and started_at < $3 and (ended_at is null or ended_at > $2)`;
  const sessions = await db.query<SessionSpan>(
    `select started_at as "from", ended_at as "to" from (${chosen}) s order by started_at`,
    values,
  );
  const states = await db.query<StateSpan>(
    `select e.to_state as state, coalesce(e.pause_reason, e.cause) as "pauseReason", e.at as "from",
       coalesce(lead(e.at) over (partition by e.session_id order by e.seq), s.ended_at, now()) as "to"
     from (${chosen}) s join agent_session_event e on e.session_id = s.id
     order by e.at, e.seq`,
    values,
  );
  return { sessions: sessions.rows, states: states.rows };
}
