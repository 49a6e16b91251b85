import {
  agentStateLimitMs,
  moveAgent,
  WRAP_UP_EXTENSION_MS,
  WRAP_UP_EXTENSIONS,
  type AgentState,
} from '../domain/agent-state';
import { PREVIEW_LIMIT_MS } from '../domain/preview';
import { SHIFT_OVER } from '../domain/roster';
import { parametersAfter, type Parameter } from './account-filter';
import type { Queryable, Transaction } from './database';
import { INSERT_EVENT } from './events';

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
  /** How often more time was asked for in this wrap-up. */
  readonly wrapUpExtensions: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** Of `agent_session`, or of a statement that returns its rows. */
export const SESSION_COLUMNS = `id, agent_id as "agentId", leg_mode as "legMode", state, state_since as "stateSince",
  state_limit_at as "stateLimitAt", seq, cause, pause_reason as "pauseReason", wanted,
  wanted_reason as "wantedReason", sip_instance_id as "sipInstanceId", attempt_id as "attemptId",
  wrap_up_extensions as "wrapUpExtensions", started_at as "startedAt", ended_at as "endedAt"`;

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

/** The agent's open session, locked; null when signed out. */
export async function lockOpenSession(
  tx: Transaction,
  agentId: string,
): Promise<AgentSession | null> {
  const open = await findOpenSession(tx, agentId);
  const locked = open === null ? null : await lockAgentSession(tx, open.id);
  return locked?.endedAt === null ? locked : null;
}

/** The history of a session's row in `changed`: with the change, or not at all. */
const historyOf = (from: string, actor: string): string => `history as (
    insert into agent_session_event
      (session_id, seq, from_state, to_state, cause, actor, attempt_id, pause_reason)
    select id, seq, ${from}::text, state, cause, ${actor}::text, attempt_id, pause_reason from changed)`;

/** The event of it, for {@link INSERT_EVENT}. */
const eventOf = (from: string): string => `
  select 'agent.state_changed', null::uuid, null::uuid, agent_id, jsonb_build_object(
    'sessionId', id, 'agentId', agent_id, 'from', ${from}::text, 'to', state, 'cause', cause,
    'seq', seq, 'attemptId', attempt_id)
  from changed`;

/** Signs an agent in: a session in `connecting`. Null when one is open already. */
export async function openAgentSession(
  tx: Transaction,
  input: { agentId: string; legMode: LegMode; actor: string },
): Promise<AgentSession | null> {
  const limitMs = agentStateLimitMs('connecting', {
    wrapUpLimitMs: DEFAULT_WRAP_UP_LIMIT_MS,
    talkLimitMs: TALK_LIMIT_MS,
    previewLimitMs: PREVIEW_LIMIT_MS.usual,
  });
  const { rows } = await tx.query<AgentSession>(
    `with changed as (
       insert into agent_session (agent_id, leg_mode, cause, state_limit_at)
       values ($1, $2, 'signed_in', now() + $3 * interval '1 ms')
       on conflict (agent_id) where ended_at is null do nothing
       returning *),
     ${historyOf('null', '$4')},
     shown as (${INSERT_EVENT} ${eventOf('null')})
     select ${SESSION_COLUMNS} from changed`,
    [input.agentId, input.legMode, limitMs, input.actor],
  );
  return rows[0] ?? null;
}

/** What a change of a session rests on. */
export type SessionHeld = Pick<
  AgentSession,
  'id' | 'agentId' | 'state' | 'sipInstanceId' | 'attemptId'
>;

/** Of `agent_session`: {@link SessionHeld}. */
export const HELD_COLUMNS = `id, agent_id as "agentId", state, sip_instance_id as "sipInstanceId",
  attempt_id as "attemptId"`;

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
  readonly previewLimitMs?: number;
}

/** The wrap-up of a talk with a conflict is longer, ms. */
const moreTimeIn = (to: AgentState): string =>
  to === 'wrap_up'
    ? `coalesce((select extra_wrap_up_ms from conflict
        where conflict.attempt_id = agent_session.attempt_id), 0)`
    : '0';

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
  const { values, parameter } = parametersAfter();
  const { parts, event } = sessionChange(session, change, parameter);
  const { rows } = await tx.query<AgentSession>(
    `with ${parts}, shown as (${INSERT_EVENT} ${event}) select ${SESSION_COLUMNS} from changed`,
    values,
  );
  const changed = rows[0];
  if (changed === undefined) throw new Error(`agent session ${session.id} is gone`);
  return changed;
}

/**
 * The change of a session, for a statement that writes more: its parts, and the select that gives its
 * event, for {@link INSERT_EVENT}.
 * @throws TransitionError when the machine has no such change.
 */
export function sessionChange(
  session: SessionHeld,
  change: AgentChange,
  parameter: Parameter,
): { readonly parts: string; readonly event: string } {
  const to = moveAgent(session.state, change.to);
  const limitMs = agentStateLimitMs(to, {
    wrapUpLimitMs: change.wrapUpLimitMs ?? DEFAULT_WRAP_UP_LIMIT_MS,
    talkLimitMs: TALK_LIMIT_MS,
    previewLimitMs: change.previewLimitMs ?? PREVIEW_LIMIT_MS.usual,
  });
  const { attemptId, sipInstanceId, pauseReason, cause } = change;
  const keptAttempt = KEEPS_ATTEMPT.includes(to) ? session.attemptId : null;
  const settled = to === 'paused' || to === 'offline' || to === 'ready';
  const set = [
    `state = ${parameter(to)}`,
    'state_since = now()',
    `state_limit_at = now() + (${parameter(limitMs)}::float8 + ${moreTimeIn(to)}) * interval '1 ms'`,
    'seq = seq + 1',
    `cause = ${parameter(cause)}`,
    `pause_reason = ${parameter(to === 'paused' ? (pauseReason ?? cause) : null)}`,
    `attempt_id = ${parameter(attemptId === undefined ? keptAttempt : attemptId)}`,
    `sip_instance_id = ${parameter(sipInstanceId === undefined ? session.sipInstanceId : sipInstanceId)}`,
    ...(settled ? ['wanted = null', 'wanted_reason = null'] : []),
    'wrap_up_extensions = 0',
    ...(to === 'offline' ? ['ended_at = now()'] : []),
  ];
  const from = parameter(session.state);
  return {
    parts: `changed as (
      update agent_session set ${set.join(', ')} where id = ${parameter(session.id)} returning *),
    ${historyOf(from, parameter(change.actor))}`,
    event: eventOf(from),
  };
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

/** More time in the wrap-up of a locked session. @returns null when that was asked for too often */
export async function extendWrapUp(
  tx: Transaction,
  session: AgentSession,
): Promise<AgentSession | null> {
  if (session.wrapUpExtensions >= WRAP_UP_EXTENSIONS) return null;
  const { rows } = await tx.query<AgentSession>(
    `update agent_session set wrap_up_extensions = wrap_up_extensions + 1,
       state_limit_at = greatest(state_limit_at, now()) + $2 * interval '1 ms'
     where id = $1 returning ${SESSION_COLUMNS}`,
    [session.id, WRAP_UP_EXTENSION_MS],
  );
  return rows[0] ?? null;
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
    // nobody asked for this one
    const why = pauseReason === SHIFT_OVER ? SHIFT_OVER : cause;
    return changeAgentState(tx, session, { to: session.wanted, cause: why, actor, pauseReason });
  }
  // no process holds the softphone (its own died meanwhile): ready once one has reached it
  const to = session.sipInstanceId === null ? 'connecting' : 'ready';
  return changeAgentState(tx, session, { to, cause, actor });
}
