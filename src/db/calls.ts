import type { EarlyMedia } from '../domain/early-media';
import type { MediaQuality } from '../domain/media-quality';
import { isLost } from './agent-apps';
import { changeAgentState, lockAgentSession, type AgentSession } from './agent-sessions';
import {
  endAttempt,
  lockAttempt,
  moveLockedAttempt,
  type AttemptEnd,
  type EndedBy,
} from './attempts';
import type { Database, Queryable, Transaction } from './database';
import { takeStatement } from './statements';
import { INSERT_EVENT } from './events';

/** A leg's instants come from the process that saw them; a late write does not move them. */
export interface LegChange {
  readonly sipCallId?: string | null;
  /** The number shown to the debtor, E.164. */
  readonly callerId?: string;
  readonly ringingAt?: Date;
  readonly answeredAt?: Date;
  /** The leg and the debtor's hear each other since. */
  readonly joinedAt?: Date;
  readonly endedAt?: Date;
  readonly sipStatus?: number;
  readonly endedBy?: EndedBy;
  readonly mediaQuality?: MediaQuality;
  readonly earlyMedia?: EarlyMedia;
}

/** Fills in what is new; the first instant of each kind stands. */
export async function updateLeg(
  db: Queryable,
  leg: { readonly id: string; readonly callId: string },
  change: LegChange,
): Promise<void> {
  await db.query(
    `update call_leg set sip_call_id = coalesce($2, sip_call_id),
       ringing_at = coalesce(ringing_at, $3), answered_at = coalesce(answered_at, $4),
       ended_at = coalesce(ended_at, $5), sip_status = coalesce($6, sip_status),
       ended_by = coalesce(ended_by, $7), media_quality = coalesce(media_quality, $9),
       joined_at = coalesce(joined_at, $10), caller_id = coalesce(caller_id, $11),
       early_media = coalesce(early_media, $12)
     where call_id = $8 and id = $1`,
    [
      leg.id,
      change.sipCallId ?? null,
      change.ringingAt ?? null,
      change.answeredAt ?? null,
      change.endedAt ?? null,
      change.sipStatus ?? null,
      change.endedBy ?? null,
      leg.callId,
      change.mediaQuality === undefined ? null : JSON.stringify(change.mediaQuality),
      change.joinedAt ?? null,
      change.callerId ?? null,
      change.earlyMedia ?? null,
    ],
  );
}

/** The agent's part in a call: a leg of its own, or the time on the nailed-up one. */
export async function openAgentLeg(
  db: Queryable,
  input: {
    readonly callId: string;
    readonly agentId: string;
    readonly sipCallId: string;
    readonly invitedAt: Date;
    readonly answeredAt: Date;
    /** That brought the agent into the call; null: the first one. */
    readonly transferId?: string | null;
  },
): Promise<string> {
  // one row a call and dialog, even when the write is tried again
  const { rows } = await db.query<{ id: string }>(
    `with standing as (
       select id from call_leg where call_id = $1 and kind = 'agent' and sip_call_id = $3
         and transfer_id is not distinct from $6),
     opened as (
       insert into call_leg (call_id, kind, agent_id, sip_call_id, invited_at, answered_at, transfer_id)
       select $1, 'agent', $2, $3, $4, $5, $6 where not exists (select 1 from standing) returning id)
     select id from standing union all select id from opened`,
    [
      ...[input.callId, input.agentId, input.sipCallId, input.invitedAt, input.answeredAt],
      input.transferId ?? null,
    ],
  );
  const leg = rows[0];
  if (leg === undefined) throw new Error(`call ${input.callId} is gone`);
  return leg.id;
}

/** Why a write was refused: somebody else ended the attempt or moved its agent. */
export type ProgressResult = 'written' | 'conflict';

const BUSY_ON_THIS = (session: AgentSession | null, attemptId: string): session is AgentSession =>
  session !== null && session.attemptId === attemptId;

/** The debtor's phone rings: attempt and agent are `ringing`. */
export function recordRinging(
  db: Database,
  input: { attemptId: string; actor: string; limitMs: number },
): Promise<ProgressResult> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, input.attemptId);
    // tried again after a commit whose answer was lost
    if (attempt?.state === 'ringing') return 'written';
    if (attempt?.state !== 'dialing') return 'conflict';
    const session = await lockAgentSession(tx, attempt.agentSessionId);
    if (!BUSY_ON_THIS(session, attempt.id)) return 'conflict';
    const { actor, limitMs } = input;
    await moveLockedAttempt(tx, attempt, { to: 'ringing', cause: 'ringing', actor, limitMs });
    if (session.state === 'reserved')
      await changeAgentState(tx, session, { to: 'ringing', cause: 'ringing', actor });
    return 'written';
  });
}

/** The debtor's 200 OK. */
export function recordAnswered(
  db: Database,
  input: { attemptId: string; actor: string; limitMs: number },
): Promise<ProgressResult> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, input.attemptId);
    if (attempt?.state === 'answered') return 'written';
    if (attempt?.state !== 'dialing' && attempt?.state !== 'ringing') return 'conflict';
    const { actor, limitMs } = input;
    await moveLockedAttempt(tx, attempt, { to: 'answered', cause: 'answered', actor, limitMs });
    return 'written';
  });
}

/** Both sides hear each other: attempt `connected`, agent `in_call`, the call bridged. */
export function recordConnected(
  db: Database,
  input: { attemptId: string; callId: string; actor: string; limitMs: number },
): Promise<ProgressResult> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, input.attemptId);
    if (attempt?.state === 'connected') return 'written';
    if (attempt?.state !== 'answered') return 'conflict';
    const session = await lockAgentSession(tx, attempt.agentSessionId);
    if (!BUSY_ON_THIS(session, attempt.id)) return 'conflict';
    const { actor, limitMs } = input;
    await moveLockedAttempt(tx, attempt, { to: 'connected', cause: 'joined', actor, limitMs });
    await changeAgentState(tx, session, { to: 'in_call', cause: 'joined', actor });
    await tx.query('update call set bridged_at = now() where attempt_id = $1 and id = $2', [
      attempt.id,
      input.callId,
    ]);
    const { id: attemptId, accountId, purpose } = attempt;
    // whoever asks a third person says nothing of the debt
    if (accountId !== null && purpose === 'collect')
      await takeStatement(tx, { attemptId, accountId });
    return 'written';
  });
}

/** The agent put the debtor on hold, or took the call up again. */
export function recordHold(
  db: Database,
  input: { attemptId: string; sessionId: string; held: boolean; actor: string },
): Promise<ProgressResult> {
  return db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, input.sessionId);
    if (!BUSY_ON_THIS(session, input.attemptId)) return 'conflict';
    const to = input.held ? 'hold' : 'in_call';
    if (session.state === to) return 'written';
    if (session.state !== 'in_call' && session.state !== 'hold') return 'conflict';
    const cause = input.held ? 'held' : 'resumed';
    await changeAgentState(tx, session, { to, cause, actor: input.actor });
    return 'written';
  });
}

/** Tells the agent who has the talk of a debtor who waits. One that is over has nobody to tell. */
export async function recordHoldReminder(
  db: Queryable,
  { attemptId, ...hold }: { attemptId: string; callId: string; heldSince: Date; heldMs: number },
): Promise<void> {
  await db.query(
    `${INSERT_EVENT}
     select 'call.hold_reminded', creditor_id, campaign_id, agent_id, $2
     from attempt where id = $1 and state = 'connected'`,
    [attemptId, JSON.stringify({ attemptId, ...hold })],
  );
}

export interface CallEnd extends AttemptEnd {
  readonly attemptId: string;
  /** Where the agent's session goes instead of ready or wrap-up. */
  readonly agent?: { readonly to: 'lost' | 'paused' | 'connecting'; readonly cause: string };
}

/** Ends the attempt and, in the same transaction, settles where its agent goes. */
export function recordEnded(db: Database, end: CallEnd): Promise<ProgressResult> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, end.attemptId);
    if (attempt === null) return 'conflict';
    const { attemptId, agent, ...attemptEnd } = end;
    const ended = await endAttempt(tx, attemptId, attemptEnd);
    if (agent !== undefined) await moveAgentOn(tx, attempt.agentSessionId, agent, end.actor);
    return ended ? 'written' : 'conflict';
  });
}

/** Where an agent goes who is free of a call, when not the usual way. */
export async function moveAgentOn(
  tx: Transaction,
  sessionId: string,
  agent: NonNullable<CallEnd['agent']>,
  actor: string,
): Promise<void> {
  const session = await lockAgentSession(tx, sessionId);
  // what the agent asked for meanwhile (pause, sign out) stands
  const movable =
    agent.to === 'lost'
      ? session?.state === 'ready' || session?.state === 'wrap_up'
      : session?.state === 'ready';
  if (session === null || !movable) return;
  if (agent.to === 'lost' && !(await isLost(tx, session.agentId, agent.cause))) {
    // the page is there: the outcome is recorded first, the softphone comes back meanwhile
    if (session.state === 'ready')
      await changeAgentState(tx, session, { to: 'connecting', cause: agent.cause, actor });
    return;
  }
  await changeAgentState(tx, session, {
    to: agent.to,
    cause: agent.cause,
    actor,
    pauseReason: agent.cause,
  });
}
