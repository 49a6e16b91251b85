import type { AgentState } from '../domain/agent-state';
import {
  changeAgentState,
  findOpenSession,
  lockAgentSession,
  type AgentSession,
} from './agent-sessions';
import { isLost } from './agent-apps';
import type { Database, Queryable } from './database';
import type { Registration } from './registrations';

/** The softphone can be reached through this instance: `connecting` becomes `ready`. */
export function markReached(
  db: Database,
  input: { sessionId: string; sipInstanceId: string; cause: string },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, input.sessionId);
    if (session?.state !== 'connecting') return false;
    await changeAgentState(tx, session, {
      to: 'ready',
      cause: input.cause,
      actor: `sip:${input.sipInstanceId}`,
      sipInstanceId: input.sipInstanceId,
    });
    return true;
  });
}

/** In these states an agent needs the softphone, and no talk depends on it. */
const NEEDS_SOFTPHONE: readonly AgentState[] = [
  'connecting',
  'ready',
  'previewing',
  'reserved',
  'ringing',
];

/**
 * The softphone is out of reach. An agent who waits for calls is `lost` (or `connecting` when it is
 * our side that broke, or the agent's app is there still); one who does not need the softphone (paused, wrap-up) keeps the state, and
 * one in a call is the call's to move.
 */
export function markUnreached(
  db: Database,
  input: {
    agentId: string;
    sipInstanceId: string;
    to: 'lost' | 'connecting';
    cause: string;
  },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      'select id from agent_session where agent_id = $1 and ended_at is null',
      [input.agentId],
    );
    const session = rows[0] === undefined ? null : await lockAgentSession(tx, rows[0].id);
    if (session === null || !NEEDS_SOFTPHONE.includes(session.state)) return false;
    const isWaitedFor = input.to === 'lost' && !(await isLost(tx, input.agentId, input.cause));
    const to = isWaitedFor ? 'connecting' : input.to;
    if (session.state === to) return false;
    const elsewhere =
      session.sipInstanceId !== null && session.sipInstanceId !== input.sipInstanceId;
    if (elsewhere) return false;
    const actor = `sip:${input.sipInstanceId}`;
    await changeAgentState(tx, session, { to, cause: input.cause, actor });
    return true;
  });
}

/** A person ended the nailed-up leg on the softphone: only a new sign-in brings it back. */
export const LEG_ENDED = 'agent_leg_ended';

/**
 * A REGISTER came in: does the agent's session go on from here? Takes one that waits, was lost, or
 * stands on another instance to `connecting`.
 * @param isNew the softphone started anew (another Call-ID), so even {@link LEG_ENDED} is over
 * @returns the session to connect, or null when there is nothing to do
 */
export async function resumeOnRegister(
  db: Database,
  input: { agentId: string; sipInstanceId: string; isNew: boolean },
): Promise<string | null> {
  const found = await findOpenSession(db, input.agentId);
  // most REGISTERs refresh a binding of somebody at work: no lock, no transaction
  if (found === null) return null;
  if (found.state === 'connecting') return found.id;
  if (!mayResume(found, input)) return null;
  return db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, found.id);
    if (session === null) return null;
    if (session.state === 'connecting') return session.id;
    if (!mayResume(session, input)) return null;
    await changeAgentState(tx, session, {
      to: 'connecting',
      cause: 'registered',
      actor: `sip:${input.sipInstanceId}`,
      sipInstanceId: input.sipInstanceId,
    });
    return session.id;
  });
}

function mayResume(
  session: AgentSession,
  input: { sipInstanceId: string; isNew: boolean },
): boolean {
  if (session.state === 'lost') return input.isNew || session.cause !== LEG_ENDED;
  return session.state === 'ready' && session.sipInstanceId !== input.sipInstanceId;
}

export interface WatchedAgent extends Registration {
  readonly sessionId: string;
  readonly state: AgentState;
  readonly legMode: 'nailed_up' | 'per_call';
  readonly sessionInstanceId: string | null;
}

/** Agents with an open session whose softphone this instance reaches. */
export async function listWatchedAgents(
  db: Queryable,
  sipInstanceId: string,
): Promise<WatchedAgent[]> {
  const { rows } = await db.query<WatchedAgent>(
    `select s.id as "sessionId", s.state, s.leg_mode as "legMode",
       s.sip_instance_id as "sessionInstanceId", r.agent_id as "agentId",
       r.sip_instance_id as "sipInstanceId", r.contact_uri as "contactUri", r.transport,
       r.source_address as "sourceAddress", r.source_port as "sourcePort", r.call_id as "callId",
       r.cseq, r.registered_at as "registeredAt", r.expires_at as "expiresAt"
     from registration r join agent_session s on s.agent_id = r.agent_id and s.ended_at is null
     where r.sip_instance_id = $1 and r.expires_at > now()`,
    [sipInstanceId],
  );
  return rows;
}

/** Those of the sessions that are over. */
export async function listEndedSessions(
  db: Queryable,
  sessionIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select id from agent_session where id = any($1) and ended_at is not null',
    [sessionIds],
  );
  return rows.map((row) => row.id);
}

/** Agents held ready on this instance although no softphone is registered any more. */
export async function listUnregisteredReady(
  db: Queryable,
  sipInstanceId: string,
): Promise<string[]> {
  const { rows } = await db.query<{ agentId: string }>(
    `select s.agent_id as "agentId" from agent_session s
     where s.sip_instance_id = $1 and s.state in ('ready', 'previewing', 'reserved') and s.ended_at is null
       and not exists (select 1 from registration r
         where r.agent_id = s.agent_id and r.expires_at > now())`,
    [sipInstanceId],
  );
  return rows.map((row) => row.agentId);
}
