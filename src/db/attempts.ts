import { outcomeOfResult, type AttemptResult } from '../domain/attempt-result';
import { moveAttempt, type AttemptState } from '../domain/attempt-state';
import { nextStepAfterResult } from '../domain/dial-retry';
import { subjectOf, type Attempt, type AttemptSubject, type OutboundAttempt } from './attempt';
import { applyNextStep } from './account-next-step';
import { changeAgentState, lockAgentSession, releaseAgent } from './agent-sessions';
import { settleCallbacks } from './callbacks';
import { one, type Queryable, type Transaction } from './database';
import { readRetries } from './read-retries';
import { restAfterContact } from './case-holds';
import { closeSupervisionOf } from './supervisions';
import { closeTransferOf, hasCalledInTalk } from './transfers';

export { OPEN_ATTEMPTS, subjectOf } from './attempt';
export type { Attempt, AttemptSubject, InboundAttempt, OutboundAttempt } from './attempt';

const COLUMNS = `id, direction, creditor_id as "creditorId", campaign_id as "campaignId",
  account_id as "accountId", debtor_id as "debtorId", phone_id as "phoneId",
  agent_id as "agentId", agent_session_id as "agentSessionId", decision_id as "decisionId",
  purpose, mode, sip_instance_id as "sipInstanceId", trunk_id as "trunkId", state, state_since as "stateSince",
  state_limit_at as "stateLimitAt", result, sip_status as "sipStatus", counted,
  created_at as "createdAt", answered_at as "answeredAt", connected_at as "connectedAt",
  agent_left_at as "agentLeftAt", ended_at as "endedAt"`;

/** How long the talk has run on after the hours of its permit ended, ms; joined as `attempt`. */
export const OVERTIME_MS = `(select greatest(0, (extract(epoch from
      now() - (d.record::jsonb->'mayCallUntil'->>'at')::timestamptz) * 1000)::int)
    from decision d where d.id = attempt.invite_decision_id)`;

export async function findAttempt(db: Queryable, id: string): Promise<Attempt | null> {
  const { rows } = await db.query<Attempt>(`select ${COLUMNS} from attempt where id = $1`, [id]);
  return rows[0] ?? null;
}

/**
 * Locks session, debtor, attempt in the house's order; null when there is no such attempt. One
 * statement, for it opens nearly every transaction: each `exists` is decided, and so the lock
 * before it taken, before its own row is looked at.
 */
export async function lockAttempt(tx: Transaction, id: string): Promise<Attempt | null> {
  const { rows } = await tx.query<Attempt>(
    `with session as materialized (
       select from agent_session
       where id = (select agent_session_id from attempt where id = $1) for update),
     person as materialized (
       select from debtor
       where id = (select debtor_id from attempt where id = $1) and exists (select from session)
       for no key update)
     select ${COLUMNS} from attempt where id = $1
       and (exists (select from person) or (debtor_id is null and exists (select from session)))
     for update`,
    [id],
  );
  return rows[0] ?? null;
}

export interface AttemptChange {
  readonly to: Exclude<AttemptState, 'ended'>;
  readonly cause: string;
  readonly actor: string;
  /** Longest stay in the new state, ms; the sweep ends what stays longer. */
  readonly limitMs: number;
  readonly sipInstanceId?: string;
  readonly trunkId?: string;
  /** The permit of the last look: its expiry is the one that counts from here on. */
  readonly inviteDecisionId?: string;
  readonly detail?: Record<string, unknown>;
}

/**
 * Moves a locked attempt. `dialing` marks it as counted: from here on an INVITE may have left; a
 * call that came in never is.
 * @throws TransitionError when the machine has no such change.
 */
export async function moveLockedAttempt(
  tx: Transaction,
  attempt: Attempt,
  change: AttemptChange,
): Promise<Attempt> {
  const to = moveAttempt(attempt.state, change.to);
  const { rows } = await tx.query<Attempt>(
    `update attempt set
       state = $2, state_since = now(), state_limit_at = now() + $3 * interval '1 ms',
       sip_instance_id = coalesce($4, sip_instance_id), trunk_id = coalesce($5, trunk_id),
       invite_decision_id = coalesce($6, invite_decision_id),
       counted = direction = 'out',
       dialed_at = case when $2 = 'dialing' then now() else dialed_at end,
       ringing_at = case when $2 = 'ringing' then now() else ringing_at end,
       answered_at = case when $2 = 'answered' then now() else answered_at end,
       connected_at = case when $2 = 'connected' then now() else connected_at end
     where id = $1
     returning ${COLUMNS}`,
    [
      attempt.id,
      to,
      change.limitMs,
      change.sipInstanceId ?? null,
      change.trunkId ?? null,
      change.inviteDecisionId ?? null,
    ],
  );
  const moved = rows[0];
  if (moved === undefined) throw new Error(`attempt ${attempt.id} is gone`);
  recordMove(tx, moved, attempt.state, change.cause, change.actor, change.detail);
  return moved;
}

/**
 * Moves a locked attempt to `dialing` under the permit of the last look, counts it for its account,
 * notes the call with everybody whose number it is, and opens the call. @returns the call
 */
export async function claimAttempt(
  tx: Transaction,
  attempt: OutboundAttempt,
  claim: {
    readonly inviteDecisionId: string;
    readonly actor: string;
    readonly limitMs: number;
    readonly sipInstanceId: string;
  },
): Promise<string> {
  const move = moveLockedAttempt(tx, attempt, { to: 'dialing', cause: 'claimed', ...claim });
  const opened = tx.query<{ id: string }>(
    `with counted as (
       update account set attempt_count = attempt_count + 1, last_attempt_at = now() where id = $3),
     called as (
       update debtor set last_called_at = now() where id in (
         select d.id from debtor d where d.id in (
           select same.debtor_id from phone p join phone same on same.e164 = p.e164 where p.id = $4)
         -- who shares the number is told if nobody decides about them at the moment
         order by d.id for no key update skip locked))
     insert into call (attempt_id, creditor_id) values ($1, $2) returning id`,
    [attempt.id, attempt.creditorId, attempt.accountId, attempt.phoneId],
  );
  const [call] = await Promise.all([opened, move]);
  return one(call, 'call').id;
}

/** Who ended a call. */
export type EndedBy = 'debtor' | 'agent' | 'supervisor' | 'system';

export interface AttemptEnd {
  readonly result: AttemptResult;
  readonly cause: string;
  readonly actor: string;
  readonly sipStatus?: number;
  readonly sipReason?: string;
  readonly endedBy?: EndedBy;
  readonly wrapUpLimitMs?: number;
}

/**
 * Ends an attempt, once: releases the person, moves the account to its next step, writes the
 * outcome that follows by itself, frees the agent (or starts the wrap-up after a talk).
 * @returns false when it had ended before; nothing is changed then.
 */
export async function endAttempt(
  tx: Transaction,
  attemptId: string,
  end: AttemptEnd,
): Promise<boolean> {
  const attempt = await lockAttempt(tx, attemptId);
  if (attempt === null || attempt.state === 'ended') return false;
  moveAttempt(attempt.state, 'ended');
  const { rows } = await tx.query<Attempt>(
    `update attempt set state = 'ended', state_since = now(), state_limit_at = null, result = $2,
       sip_status = $3, sip_reason = $4, ended_by = $5, ended_at = now(),
       overtime_ms = case $2 when 'connected' then ${OVERTIME_MS} end
     where id = $1 returning ${COLUMNS}`,
    [attemptId, end.result, end.sipStatus ?? null, end.sipReason ?? null, end.endedBy ?? 'system'],
  );
  const ended = rows[0];
  if (ended === undefined) throw new Error(`attempt ${attemptId} is gone`);
  await tx.query('delete from open_attempt where attempt_id = $1', [attemptId]);
  await tx.query(`update call set ended_at = coalesce(ended_at, now()) where attempt_id = $1`, [
    attemptId,
  ]);
  await tx.query(
    `update call_leg set ended_at = now() where ended_at is null and kind = 'customer'
       and call_id = (select id from call where attempt_id = $1)`,
    [attemptId],
  );
  await applyResult(tx, attempt, end.result);
  await freeAgent(tx, attempt, end);
  if (attempt.direction === 'out') await settleCallbacks(tx, attempt, ended.counted);
  if (await isCallOfOurs(tx, ended, attempt.state)) await leaveInPeace(tx, attempt);
  if (attempt.state === 'connected') {
    await closeTransferOf(tx, attemptId, end.actor);
    await closeSupervisionOf(tx, attemptId, end.actor);
  }
  recordMove(tx, ended, attempt.state, end.cause, end.actor, {
    result: end.result,
    ...(end.sipStatus === undefined ? {} : { sipStatus: end.sipStatus }),
  });
  return true;
}

/** Did we call the person: to begin with, or at another number in a talk that they began? */
async function isCallOfOurs(
  tx: Transaction,
  { id, direction, counted }: Attempt,
  state: AttemptState,
): Promise<boolean> {
  if (direction === 'out') return counted;
  return state === 'connected' && (await hasCalledInTalk(tx, id));
}

async function leaveInPeace(tx: Transaction, { id, debtorId }: Attempt): Promise<void> {
  if (debtorId !== null) await restAfterContact(tx, { debtorId, contactId: id, at: new Date() });
}

async function hasOutcome(tx: Transaction, attemptId: string): Promise<boolean> {
  const { rowCount } = await tx.query('select from outcome where attempt_id = $1', [attemptId]);
  return rowCount === 1;
}

/** What the result means to the account. A call that came in and led to no talk means nothing to it. */
async function applyResult(
  tx: Transaction,
  attempt: Attempt,
  result: AttemptResult,
): Promise<void> {
  const subject = subjectOf(attempt);
  if (subject === null || (attempt.direction === 'in' && result !== 'connected')) return;
  // of a talk that was handed on the agent may have told already what came of it
  if (attempt.agentLeftAt === null || !(await hasOutcome(tx, attempt.id))) {
    const retries = await readRetries(tx, subject);
    await applyNextStep(tx, subject, nextStepAfterResult(result, new Date(), retries));
  }
  await recordOwnOutcome(tx, subject, result);
}

async function recordOwnOutcome(
  tx: Transaction,
  attempt: AttemptSubject,
  result: AttemptResult,
): Promise<void> {
  const code = outcomeOfResult(result);
  if (code === null) return;
  await tx.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     values ($1, $2, $3, $4, $5, 'system')`,
    [attempt.id, attempt.creditorId, attempt.accountId, attempt.debtorId, code],
  );
}

async function freeAgent(tx: Transaction, attempt: Attempt, end: AttemptEnd): Promise<void> {
  const session = await lockAgentSession(tx, attempt.agentSessionId);
  if (session === null || session.attemptId !== attempt.id || session.state === 'wrap_up') return;
  if (end.result === 'connected') {
    await changeAgentState(tx, session, {
      to: 'wrap_up',
      cause: end.cause,
      actor: end.actor,
      ...(end.wrapUpLimitMs === undefined ? {} : { wrapUpLimitMs: end.wrapUpLimitMs }),
    });
  } else {
    await releaseAgent(tx, session, end.result, end.actor);
  }
}

/**
 * Hands a locked attempt on, which changes no state of it: to a colleague, whose it is from then on, or
 * to somebody who is no agent of ours (null).
 */
export async function noteHandOver(
  tx: Transaction,
  attempt: Attempt,
  handOver: {
    readonly to: { readonly agentId: string; readonly sessionId: string } | null;
    readonly actor: string;
    readonly cause: 'transferred' | 'agent_gone';
    readonly transferId?: string;
  },
): Promise<void> {
  const { to, actor, cause, transferId } = handOver;
  const { rows } = await tx.query<Attempt>(
    `update attempt set agent_id = coalesce($2, agent_id),
       agent_session_id = coalesce($3, agent_session_id),
       agent_left_at = case when $2::uuid is null then now() end
     where id = $1 returning ${COLUMNS}`,
    [attempt.id, to?.agentId ?? null, to?.sessionId ?? null],
  );
  const handed = rows[0];
  if (handed === undefined) throw new Error(`attempt ${attempt.id} is gone`);
  recordMove(tx, handed, attempt.state, cause, actor, {
    ...(transferId === undefined ? {} : { transferId }),
    fromAgentId: attempt.agentId,
    toAgentId: to?.agentId ?? null,
  });
}

function recordMove(
  tx: Transaction,
  attempt: Attempt,
  from: AttemptState,
  cause: string,
  actor: string,
  detail?: Record<string, unknown>,
): void {
  tx.send(
    `with told as (
       insert into attempt_event (attempt_id, from_state, to_state, cause, actor, detail)
       values ($1, $2, $3, $4, $5, $6))
     insert into event (type, creditor_id, campaign_id, agent_id, payload)
     values ($7, $8, $9, $10, jsonb_build_object('attemptId', $1::uuid, 'accountId', $11::uuid,
       'from', $2::text, 'to', $3::text, 'cause', $4::text) || coalesce($6::jsonb, '{}'))`,
    [
      attempt.id,
      from,
      attempt.state,
      cause,
      actor,
      detail ? JSON.stringify(detail) : null,
      attempt.state === 'ended' ? 'attempt.ended' : 'attempt.state_changed',
      attempt.creditorId,
      attempt.campaignId,
      attempt.agentId,
      attempt.accountId,
    ],
  );
}
