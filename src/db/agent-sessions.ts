import { agentStateLimitMs, moveAgent, type AgentState } from '../domain/agent-state';
import type { Queryable, Transaction } from './database';

export const DEFAULT_WRAP_UP_LIMIT_MS = 45_000;
export const TALK_LIMIT_MS = 2 * 3_600_000;

export type LegMode = 'nailed_up' | 'per_call';

export interface AgentSession {
  readonly id: string;
  readonly agentId: string;
  readonly legMode: LegMode;
  readonly state: AgentState;
  readonly stateSince: Date;
  readonly stateLimitAt: Date | null;
  /** Grows by one with every change. */
  readonly seq: number;
  readonly cause: string;
  readonly pauseReason: string | null;
  /** Asked for while busy; taken when the wrap-up ends. */
  readonly wanted: 'paused' | 'offline' | null;
  readonly wantedReason: string | null;
  readonly sipInstanceId: string | null;
  readonly attemptId: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** Of `agent_session`, or of a statement that returns its rows. */
export const SESSION_COLUMNS = `id, agent_id as "agentId", leg_mode as "legMode", state, state_since as "stateSince",
  state_limit_at as "stateLimitAt", seq, cause, pause_reason as "pauseReason", wanted,
  wanted_reason as "wantedReason", sip_instance_id as "sipInstanceId", attempt_id as "attemptId",
  started_at as "startedAt", ended_at as "endedAt"`;

export async function findAgentSession(db: Queryable, id: string): Promise<AgentSession | null> {
  const { rows } = await db.query<AgentSession>(
    `select ${SESSION_COLUMNS} from agent_session where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The agent's session that has not ended; null when signed out. */
export async function findOpenSession(
  db: Queryable,
  agentId: string,
): Promise<AgentSession | null> {
  const { rows } = await db.query<AgentSession>(
    `select ${SESSION_COLUMNS} from agent_session where agent_id = $1 and ended_at is null`,
    [agentId],
  );
  return rows[0] ?? null;
}

/** Locks the session. Lock order everywhere: session, debtor, attempt, account, phone. */
export async function lockAgentSession(tx: Transaction, id: string): Promise<AgentSession | null> {
  const { rows } = await tx.query<AgentSession>(
    `select ${SESSION_COLUMNS} from agent_session where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** The history and the event of a session's row in `changed`: with the change, or not at all. */
const recordedAs = ({ from, actor }: { from: string; actor: string }): string =>
  `told as (
       insert into agent_session_event
         (session_id, seq, from_state, to_state, cause, actor, attempt_id)
       select id, seq, ${from}::text, state, cause, ${actor}::text, attempt_id from changed),
     shown as (
       insert into event (type, agent_id, payload)
       select 'agent.state_changed', agent_id, jsonb_build_object('sessionId', id,
         'agentId', agent_id, 'from', ${from}::text, 'to', state, 'cause', cause, 'seq', seq,
         'attemptId', attempt_id)
       from changed)`;

/** Signs an agent in: a session in `connecting`. Null when one is open already. */
export async function openAgentSession(
  tx: Transaction,
  input: { agentId: string; legMode: LegMode; actor: string },
): Promise<AgentSession | null> {
  const limitMs = agentStateLimitMs('connecting', {
    wrapUpLimitMs: DEFAULT_WRAP_UP_LIMIT_MS,
    talkLimitMs: TALK_LIMIT_MS,
  });
  const { rows } = await tx.query<AgentSession>(
    `with changed as (
       insert into agent_session (agent_id, leg_mode, cause, state_limit_at)
       values ($1, $2, 'signed_in', now() + $3 * interval '1 ms')
       on conflict (agent_id) where ended_at is null do nothing
       returning *),
     ${recordedAs({ from: 'null', actor: '$4' })}
     select ${SESSION_COLUMNS} from changed`,
    [input.agentId, input.legMode, limitMs, input.actor],
  );
  return rows[0] ?? null;
}

export interface AgentChange {
  readonly to: AgentState;
  /** Why, in one word: `signed_in`, `wrap_up_timeout`, `registration_lost`, … */
  readonly cause: string;
  /** Who: `agent:<id>`, `key:<id>`, `sip:<instance>`, `scheduler`, `sweep`. */
  readonly actor: string;
  readonly pauseReason?: string;
  /** Unset: keeps what is there, except that a state without a call drops it. */
  readonly attemptId?: string | null;
  readonly sipInstanceId?: string | null;
  readonly wrapUpLimitMs?: number;
}

const KEEPS_ATTEMPT: readonly AgentState[] = ['reserved', 'ringing', 'in_call', 'hold', 'wrap_up'];

/**
 * The one place that changes a session's state; the caller holds its lock.
 * @throws TransitionError when the machine has no such change.
 */
export async function changeAgentState(
  tx: Transaction,
  session: AgentSession,
  change: AgentChange,
): Promise<AgentSession> {
  const { rows } = await tx.query<AgentSession>(
    `${CHANGE_STATE} select ${SESSION_COLUMNS} from changed`,
    stateValues(session, change),
  );
  const changed = rows[0];
  if (changed === undefined) throw new Error(`agent session ${session.id} is gone`);
  return changed;
}

/** The same for a caller who is done with the session: nobody waits for the statement. */
export function sendAgentState(tx: Transaction, session: AgentSession, change: AgentChange): void {
  tx.send(`${CHANGE_STATE} select`, stateValues(session, change));
}

const CHANGE_STATE = `with changed as (
    update agent_session set
      state = $2, state_since = now(), state_limit_at = now() + $3 * interval '1 ms',
      seq = seq + 1, cause = $4, pause_reason = $5, attempt_id = $6, sip_instance_id = $7,
      wanted = case when $8 then null else wanted end,
      wanted_reason = case when $8 then null else wanted_reason end,
      ended_at = case when $2 = 'offline' then now() end
    where id = $1
    returning *),
  ${recordedAs({ from: '$9', actor: '$10' })}`;

function stateValues(session: AgentSession, change: AgentChange): unknown[] {
  const to = moveAgent(session.state, change.to);
  const limitMs = agentStateLimitMs(to, {
    wrapUpLimitMs: change.wrapUpLimitMs ?? DEFAULT_WRAP_UP_LIMIT_MS,
    talkLimitMs: TALK_LIMIT_MS,
  });
  const keptAttempt = KEEPS_ATTEMPT.includes(to) ? session.attemptId : null;
  const settled = to === 'paused' || to === 'offline' || to === 'ready';
  return [
    session.id,
    to,
    limitMs,
    change.cause,
    to === 'paused' ? (change.pauseReason ?? change.cause) : null,
    change.attemptId === undefined ? keptAttempt : change.attemptId,
    change.sipInstanceId === undefined ? session.sipInstanceId : change.sipInstanceId,
    settled,
    session.state,
    change.actor,
  ];
}

/**
 * Notes what a busy agent wants next, or (null) that nothing is wanted any more; taken when the
 * wrap-up ends. The caller holds the session's lock.
 */
export async function setWantedState(
  tx: Transaction,
  session: AgentSession,
  wanted: AgentSession['wanted'],
  reason: string | null,
): Promise<AgentSession> {
  const { rows } = await tx.query<AgentSession>(
    `update agent_session set wanted = $2, wanted_reason = $3 where id = $1 returning ${SESSION_COLUMNS}`,
    [session.id, wanted, reason],
  );
  const changed = rows[0];
  if (changed === undefined) throw new Error(`agent session ${session.id} is gone`);
  return changed;
}

/**
 * Where a session goes when its attempt is over without a talk, or its wrap-up or pause is done:
 * what was asked for meanwhile, else ready.
 */
export async function releaseAgent(
  tx: Transaction,
  session: AgentSession,
  cause: string,
  actor: string,
): Promise<AgentSession> {
  if (session.wanted !== null) {
    const pauseReason = session.wantedReason ?? 'asked';
    return changeAgentState(tx, session, { to: session.wanted, cause, actor, pauseReason });
  }
  // no process holds the softphone (its own died meanwhile): ready once one has reached it
  const to = session.sipInstanceId === null ? 'connecting' : 'ready';
  return changeAgentState(tx, session, { to, cause, actor });
}
