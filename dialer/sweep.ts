import {
  changeAgentState,
  lockAgentSession,
  releaseAgent,
  type AgentSession,
} from '../src/db/agent-sessions';
import { isAppThere } from '../src/db/agent-apps';
import { endAttempt, findAttempt, lockAttempt, OPEN_ATTEMPTS, subjectOf } from '../src/db/attempts';
import type { Database, Transaction } from '../src/db/database';
import { appendEvent } from '../src/db/events';
import { endDuePreviews } from '../src/db/previews';
import { endShifts } from '../src/db/shift-ends';
import { endOverdueTransfers } from '../src/db/transfer-progress';
import { tendHelpRequests } from '../src/db/help-requests';
import { listOrphanedCalls } from '../src/db/inbound-calls';
import { missInboundCall } from '../src/db/miss-inbound-call';
import type { SipQueue } from '../src/queue/sip-queue';
import type { AgentState } from '../src/domain/agent-state';
import { resultWithoutOwner } from '../src/domain/attempt-result';
import type { AttemptState } from '../src/domain/attempt-state';
import { NOT_RECORDED } from '../src/domain/outcome-code';

const ACTOR = 'sweep';
/** A reservation this old without a claim has lost its doorbell: ring again. */
const RING_AGAIN_AFTER_MS = 4_000;
/** Margin beyond a state's limit before the sweep acts: the owner acts first. */
const GRACE_MS = 2_000;
const BATCH = 200;

export interface SweepReport {
  readonly rungAgain: number;
  readonly attemptsEnded: number;
  readonly transfersEnded: number;
  readonly previewsEnded: number;
  /** Told of again, or over with their call. */
  readonly helpRequestsTended: number;
  readonly sessionsMoved: number;
  /** Paused, or to be, at the end of their shift; or not any more. */
  readonly shiftsEnded: number;
  /** Calls that came in to a process that died. */
  readonly callsMissed: number;
}

/**
 * Enforces that every state has a time limit, from Postgres alone: a lost queue, a lost job or a
 * dead process leaves nothing behind for longer than its limit. Any number may run at once.
 */
export async function sweep(db: Database, queue: SipQueue): Promise<SweepReport> {
  return {
    attemptsEnded: await endOverdueAttempts(db),
    transfersEnded: await endOverdueTransfers(db, ACTOR),
    helpRequestsTended: await tendHelpRequests(db),
    previewsEnded: await endDuePreviews(db),
    sessionsMoved: await moveOverdueSessions(db),
    shiftsEnded: await endShifts(db),
    callsMissed: await missOrphanedCalls(db),
    rungAgain: await ringAgain(db, queue),
  };
}

async function missOrphanedCalls(db: Database): Promise<number> {
  let missed = 0;
  for (const callId of await listOrphanedCalls(db, BATCH)) {
    const miss = { callId, cause: 'sip_instance_dead', sipStatus: null } as const;
    if (await missInboundCall(db, miss)) missed += 1;
  }
  return missed;
}

async function ringAgain(db: Database, queue: SipQueue): Promise<number> {
  const { rows } = await db.query<{ attemptId: string; sipInstanceId: string }>(
    `select t.id as "attemptId", s.sip_instance_id as "sipInstanceId"
     from ${OPEN_ATTEMPTS} join agent_session s on s.id = t.agent_session_id
     where t.state = 'reserved' and t.direction = 'out' and t.state_since < now() - $1 * interval '1 ms'
       and t.state_limit_at > now() and s.sip_instance_id is not null
     limit $2`,
    [RING_AGAIN_AFTER_MS, BATCH],
  );
  let rung = 0;
  for (const { attemptId, sipInstanceId } of rows) {
    try {
      await queue.send(sipInstanceId, { name: 'dial', attemptId });
    } catch {
      // the queue is away and tells so itself; the next turn rings, or the limit ends the attempt
      return rung;
    }
    rung += 1;
  }
  return rung;
}

/** Ends attempts that outlived their state's limit: what never left is `expired`, the rest unknown. */
async function endOverdueAttempts(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string; state: AttemptState }>(
    `select t.id, t.state from ${OPEN_ATTEMPTS}
     where t.state_limit_at < now() - $1 * interval '1 ms'
     order by t.state_limit_at limit $2`,
    [GRACE_MS, BATCH],
  );
  let ended = 0;
  for (const { id, state } of rows) {
    const result = resultWithoutOwner(state);
    const done = await db.transaction(async (tx) => {
      // claimed since it was seen: an INVITE may have left, and its owner has it
      if ((await lockAttempt(tx, id))?.state !== state) return false;
      return endAttempt(tx, id, { result, cause: `${state}_limit`, actor: ACTOR });
    });
    if (done) ended += 1;
  }
  return ended;
}

async function moveOverdueSessions(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `select s.id from agent_session s
     where s.ended_at is null and (
       (s.state_limit_at < now() - $1 * interval '1 ms'
         -- whose app is there waits for the softphone
         and not (s.state = 'connecting' and ${isAppThere('s.agent_id')}))
       or (s.state in ('reserved', 'ringing', 'in_call', 'hold')
         and (select ended_at from attempt where id = s.attempt_id)
           < now() - $1 * interval '1 ms'))
     limit $2`,
    [GRACE_MS, BATCH],
  );
  let moved = 0;
  for (const { id } of rows) {
    if (await db.transaction((tx) => moveOverdueSession(tx, id))) moved += 1;
  }
  return moved;
}

async function moveOverdueSession(tx: Transaction, sessionId: string): Promise<boolean> {
  const session = await lockAgentSession(tx, sessionId);
  if (session === null) return false;
  const { rows } = await tx.query<{
    attemptOpen: boolean;
    overdue: boolean;
    result: string | null;
  }>(
    `select coalesce(t.state <> 'ended', false) as "attemptOpen", t.result,
       coalesce(s.state_limit_at < now(), false) as overdue
     from agent_session s
     left join lateral (select * from attempt where id = s.attempt_id limit 1) t on true
     where s.id = $1`,
    [sessionId],
  );
  const facts = rows[0];
  // an open attempt has a limit of its own and takes its agent along
  if (facts === undefined) return false;
  // but one who handed the talk on wraps up beside it
  if (facts.attemptOpen && session.state !== 'wrap_up') return false;
  const held: readonly AgentState[] = ['reserved', 'ringing', 'in_call', 'hold'];
  if (held.includes(session.state)) {
    if (facts.result === 'connected' || session.state === 'in_call' || session.state === 'hold') {
      await changeAgentState(tx, session, { to: 'wrap_up', cause: 'attempt_over', actor: ACTOR });
    } else {
      await releaseAgent(tx, session, 'attempt_over', ACTOR);
    }
    return true;
  }
  if (!facts.overdue) return false;
  const next: Partial<Record<AgentState, { to: AgentState; cause: string }>> = {
    connecting: { to: 'lost', cause: 'softphone_unreachable' },
    wrap_up: { to: session.wanted ?? 'paused', cause: 'wrap_up_timeout' },
    lost: { to: 'offline', cause: 'lost_too_long' },
  };
  const change = next[session.state];
  if (change === undefined) return false;
  await changeAgentState(tx, session, { ...change, actor: ACTOR });
  await tellNotRecorded(tx, session);
  return true;
}

/** The account stays blocked until somebody records what came of the talk; it is never guessed. */
async function tellNotRecorded(tx: Transaction, before: AgentSession): Promise<void> {
  if (before.state !== 'wrap_up' || before.attemptId === null) return;
  const attempt = await findAttempt(tx, before.attemptId);
  // of a caller whom nobody knows there is no outcome
  const subject = attempt === null ? null : subjectOf(attempt);
  if (subject === null) return;
  const { id: attemptId, accountId, creditorId } = subject;
  await appendEvent(tx, {
    type: 'outcome.missed',
    creditorId,
    agentId: before.agentId,
    payload: { attemptId, accountId, outcome: NOT_RECORDED },
  });
}
