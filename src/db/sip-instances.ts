import type { AgentState } from '../domain/agent-state';
import { resultWithoutOwner } from '../domain/attempt-result';
import type { AttemptState } from '../domain/attempt-state';
import { changeAgentState, lockAgentSession } from './agent-sessions';
import { endAttempt, lockAttempt, OPEN_ATTEMPTS } from './attempts';
import type { Database, Queryable, Transaction } from './database';
import { findRegistration } from './registrations';

/** A process that owns SIP dialogs. Its silence for this long means that they are gone. */
export const INSTANCE_DEAD_AFTER_MS = 15_000;

/**
 * @param wsUrls where softphones reach it by WebSocket
 * @param signalling the signalling server, when it outlives the process and softphones stay with it
 */
export async function registerSipInstance(
  db: Queryable,
  id: string,
  host: string,
  wsUrls: readonly string[] = [],
  signalling: string | null = null,
): Promise<void> {
  await db.query(
    'insert into sip_instance (id, host, ws_urls, signalling) values ($1, $2, $3, $4)',
    [id, host, wsUrls, signalling],
  );
}

/** Says "alive". False: somebody declared this instance dead; its calls are not its own any more. */
export async function beatSipInstance(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sip_instance set heartbeat_at = now() where id = $1 and state <> 'dead'`,
    [id],
  );
  return rowCount === 1;
}

/** No new agent is given to it from here on. */
export async function drainSipInstance(db: Queryable, id: string): Promise<void> {
  await db.query(`update sip_instance set state = 'draining' where id = $1 and state = 'alive'`, [
    id,
  ]);
}

export interface ReapReport {
  readonly instances: readonly string[];
  readonly attemptsEnded: number;
  readonly sessionsMoved: number;
}

/**
 * Buries instances that fell silent: ends their attempts, frees their agents, forgets their
 * registrations, but for those that the next process at the same signalling server takes over. Any number of callers may run at once; each instance is buried by one.
 *
 * @param healthyForMs how long the caller itself has reached the database without a failure. A
 *   database that was away silenced everybody: until it has been back for longer than the limit,
 *   silence proves nothing, and nobody is buried.
 */
export async function reapDeadInstances(
  db: Database,
  input: { readonly healthyForMs: number; readonly actor: string },
): Promise<ReapReport> {
  if (input.healthyForMs <= INSTANCE_DEAD_AFTER_MS)
    return { instances: [], attemptsEnded: 0, sessionsMoved: 0 };
  const { rows } = await db.query<{ id: string }>(
    `update sip_instance set state = 'dead', ended_at = now()
     where state <> 'dead' and heartbeat_at < now() - $1 * interval '1 ms' returning id`,
    [INSTANCE_DEAD_AFTER_MS],
  );
  // and those that a caller marked and then died itself before it had cleared up
  const left = await db.query<{ id: string }>(
    `select id from sip_instance where state = 'dead' and id in (
       select r.sip_instance_id from registration r join sip_instance i on i.id = r.sip_instance_id
       where i.signalling is null
       union select sip_instance_id from agent_session where ended_at is null
       union select t.sip_instance_id from ${OPEN_ATTEMPTS})`,
  );
  let attemptsEnded = 0;
  let sessionsMoved = 0;
  for (const { id } of left.rows) {
    const cleared = await clearSipInstance(db, id, 'sip_instance_dead', input.actor);
    attemptsEnded += cleared.attemptsEnded;
    sessionsMoved += cleared.sessionsMoved;
  }
  return { instances: rows.map((row) => row.id), attemptsEnded, sessionsMoved };
}

/** The instance's own end: what is left in its name is cleared up as if it had died. */
export async function closeSipInstance(db: Database, id: string): Promise<void> {
  await db.query(
    `update sip_instance set state = 'dead', ended_at = now() where id = $1 and state <> 'dead'`,
    [id],
  );
  await clearSipInstance(db, id, 'sip_instance_closed', `sip:${id}`);
}

async function clearSipInstance(
  db: Database,
  id: string,
  cause: string,
  actor: string,
): Promise<{ attemptsEnded: number; sessionsMoved: number }> {
  const registered = await db.query<{ agentId: string }>(
    `with forgotten as (
       delete from registration where sip_instance_id = $1
         and (select signalling from sip_instance where id = $1) is null)
     select agent_id as "agentId" from registration where sip_instance_id = $1`,
    [id],
  );
  const attempts = await db.query<{ id: string; state: AttemptState }>(
    `select t.id, t.state from ${OPEN_ATTEMPTS} left join agent_session s on s.id = t.agent_session_id
     where t.sip_instance_id = $1 or (t.state = 'reserved' and s.sip_instance_id = $1)`,
    [id],
  );
  let attemptsEnded = 0;
  for (const { id: attemptId } of attempts.rows)
    if (await endOrphan(db, attemptId, cause, actor)) attemptsEnded += 1;
  const sessions = await db.query<{ id: string }>(
    `select id from agent_session where sip_instance_id = $1 and ended_at is null`,
    [id],
  );
  let sessionsMoved = 0;
  const reachable = new Set(registered.rows.map((row) => row.agentId));
  for (const session of sessions.rows)
    if (await db.transaction((tx) => freeSession(tx, session.id, id, reachable, cause, actor)))
      sessionsMoved += 1;
  return { attemptsEnded, sessionsMoved };
}

/** Ends an attempt that no process has any more. False: it is over already. */
export function endOrphan(
  db: Database,
  attemptId: string,
  cause: string,
  actor: string,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // the state under the lock decides: it may have moved since it was listed
    const attempt = await lockAttempt(tx, attemptId);
    if (attempt === null || attempt.state === 'ended') return false;
    const result = resultWithoutOwner(attempt.state);
    const ended = await endAttempt(tx, attemptId, { result, cause, actor });
    if (ended) await endLegs(tx, attemptId);
    return ended;
  });
}

async function endLegs(tx: Transaction, attemptId: string): Promise<void> {
  await tx.query(
    `update call_leg set ended_at = now(), ended_by = coalesce(ended_by, 'system')
     where ended_at is null and call_id = (select id from call where attempt_id = $1)`,
    [attemptId],
  );
}

/**
 * A softphone that was registered comes back by itself within its next refresh, or is back at
 * another instance, which takes the session up: `connecting`.
 * The wrap-up and the pause need no softphone and stay as they are.
 */
async function freeSession(
  tx: Transaction,
  sessionId: string,
  instanceId: string,
  reachable: ReadonlySet<string>,
  cause: string,
  actor: string,
): Promise<boolean> {
  const session = await lockAgentSession(tx, sessionId);
  if (session === null || session.sipInstanceId !== instanceId) return false;
  const live = session.state === 'in_call' || session.state === 'hold';
  // most softphones have registered at another instance long before this one was missed
  const comesBack =
    reachable.has(session.agentId) || (await findRegistration(tx, session.agentId)) !== null;
  const to = !live && comesBack ? 'connecting' : 'lost';
  const stays: readonly AgentState[] = ['paused', 'wrap_up', 'lost', to];
  if (stays.includes(session.state)) {
    await tx.query('update agent_session set sip_instance_id = null where id = $1', [sessionId]);
    return false;
  }
  await changeAgentState(tx, session, { to, cause, actor, sipInstanceId: null });
  return true;
}
