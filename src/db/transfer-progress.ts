import type { AttemptResult } from '../domain/attempt-result';
import { changeAgentState, lockAgentSession, type AgentSession } from './agent-sessions';
import { lockAttempt, noteHandOver, type Attempt } from './attempts';
import type { ProgressResult } from './calls';
import type { Database, Queryable, Transaction } from './database';
import {
  closeTransfer,
  leaveTalk,
  lockTransfer,
  moveLockedTransfer,
  type ColleagueAfter,
  type Transfer,
} from './transfers';

/** A transfer, and the process that carries it out. */
export interface TransferRef {
  readonly transferId: string;
  readonly attemptId: string;
  readonly actor: string;
}

interface Locked {
  readonly attempt: Attempt;
  readonly transfer: Transfer;
}

async function lockBoth(tx: Transaction, ref: TransferRef): Promise<Locked | null> {
  const attempt = await lockAttempt(tx, ref.attemptId);
  const transfer = await lockTransfer(tx, ref.transferId);
  return attempt === null || transfer === null ? null : { attempt, transfer };
}

/** The other has answered and talks to the agent; the debtor waits on hold. */
export function recordConsulting(db: Database, ref: TransferRef): Promise<ProgressResult> {
  return db.transaction<ProgressResult>(async (tx) => {
    const locked = await lockBoth(tx, ref);
    if (locked?.transfer.state === 'consulting') return 'written';
    if (locked?.transfer.state !== 'reaching') return 'conflict';
    const { attempt, transfer } = locked;
    await moveLockedTransfer(tx, transfer, { to: 'consulting', cause: 'answered' });
    const own = await lockAgentSession(tx, attempt.agentSessionId);
    if (own?.attemptId === attempt.id && own.state === 'in_call')
      await changeAgentState(tx, own, { to: 'hold', cause: 'consulting', actor: ref.actor });
    await takePart(tx, transfer, 'consulted', ref.actor);
    return 'written';
  });
}

/** The debtor hears both from here on. */
export function recordThreeWay(db: Database, ref: TransferRef): Promise<ProgressResult> {
  return db.transaction<ProgressResult>(async (tx) => {
    const locked = await lockBoth(tx, ref);
    if (locked?.transfer.state === 'three_way') return 'written';
    if (locked?.transfer.state !== 'consulting') return 'conflict';
    const { attempt, transfer } = locked;
    await moveLockedTransfer(tx, transfer, { to: 'three_way', cause: 'joined' });
    await resume(tx, attempt, ref.actor);
    return 'written';
  });
}

/** An agent who had the debtor on hold for the transfer talks to them again. */
async function resume(tx: Transaction, attempt: Attempt, actor: string): Promise<void> {
  const own = await lockAgentSession(tx, attempt.agentSessionId);
  if (own?.attemptId === attempt.id && own.state === 'hold')
    await changeAgentState(tx, own, { to: 'in_call', cause: 'resumed', actor });
}

async function takePart(
  tx: Transaction,
  { toSessionId, attemptId }: Transfer,
  cause: string,
  actor: string,
): Promise<boolean> {
  const colleague = toSessionId === null ? null : await lockAgentSession(tx, toSessionId);
  if (colleague?.attemptId !== attemptId) return false;
  if (colleague.state === 'reserved')
    await changeAgentState(tx, colleague, { to: 'in_call', cause, actor });
  return true;
}

/**
 * The debtor hears the other from here on. The attempt goes over to the colleague, who records its
 * outcome, and the agent is free; with nobody of ours on the line the agent wraps up while the talk
 * goes on.
 */
export function recordTransferred(
  db: Database,
  ref: TransferRef & {
    readonly wrapUpLimitMs: number;
    /** Where the agent goes, when not the usual way. */
    readonly after?: ColleagueAfter | undefined;
  },
): Promise<ProgressResult> {
  return db.transaction<ProgressResult>(async (tx) => {
    const locked = await lockBoth(tx, ref);
    if (locked?.transfer.state === 'completed') return 'written';
    if (locked?.attempt.state !== 'connected' || locked.transfer.endedAt !== null)
      return 'conflict';
    const { attempt, transfer } = locked;
    const { toAgentId: agentId, toSessionId: sessionId } = transfer;
    if (sessionId !== null && !(await takePart(tx, transfer, 'transferred_to', ref.actor)))
      return 'conflict';
    await moveLockedTransfer(tx, transfer, { to: 'completed', cause: 'joined' });
    const to = sessionId === null || agentId === null ? null : { agentId, sessionId };
    const handOver = {
      to,
      actor: ref.actor,
      cause: 'transferred',
      transferId: transfer.id,
    } as const;
    await noteHandOver(tx, attempt, handOver);
    const own = await lockAgentSession(tx, attempt.agentSessionId);
    if (own?.attemptId === attempt.id) await freeGiver(tx, own, to === null, ref);
    return 'written';
  });
}

/** The agent who handed the talk on. @param wrapsUp nobody else of ours will record its outcome */
async function freeGiver(
  tx: Transaction,
  session: AgentSession,
  wrapsUp: boolean,
  ref: Parameters<typeof recordTransferred>[1],
): Promise<void> {
  const { actor, after } = ref;
  const free = wrapsUp
    ? await wrapUp(tx, session, ref)
    : await leaveTalk(tx, session, 'transferred', actor);
  const isFree = free?.state === 'ready' || free?.state === 'wrap_up';
  if (after !== undefined && isFree) await changeAgentState(tx, free, { ...after, actor });
}

async function wrapUp(
  tx: Transaction,
  session: AgentSession,
  { wrapUpLimitMs, actor }: { readonly wrapUpLimitMs: number; readonly actor: string },
): Promise<AgentSession | null> {
  if (session.state !== 'in_call' && session.state !== 'hold') return null;
  const change = { to: 'wrap_up', cause: 'transferred', actor, wrapUpLimitMs } as const;
  return changeAgentState(tx, session, change);
}

/** How the number ended that was dialed for a transfer; the first word stands, and a talk there has none. */
export async function recordTransferResult(
  db: Queryable,
  { transferId, result }: { readonly transferId: string; readonly result: AttemptResult },
): Promise<void> {
  await db.query(
    `update call_transfer set result = $2 where id = $1 and result is null and answered_at is null`,
    [transferId, result],
  );
}

/** The transfer came to nothing; an agent who had the debtor on hold for it talks on. */
export function recordTransferEnded(
  db: Database,
  ref: TransferRef & {
    readonly to: 'failed' | 'cancelled';
    readonly cause: string;
    readonly colleague?: ColleagueAfter | undefined;
  },
): Promise<ProgressResult> {
  return db.transaction<ProgressResult>(async (tx) => {
    const locked = await lockBoth(tx, ref);
    // ended with its call, or by its limit
    if (locked?.transfer.endedAt !== null) return 'written';
    const { attempt, transfer } = locked;
    await closeTransfer(tx, transfer, ref);
    if (transfer.state === 'consulting') await resume(tx, attempt, ref.actor);
    return 'written';
  });
}

/**
 * Ends what outlived its limit: the process that should carry it out has not, or the bell was lost.
 * The talk goes on as it was.
 * @returns how many
 */
export async function endOverdueTransfers(db: Database, actor: string): Promise<number> {
  const { rows } = await db.query<{ transferId: string; attemptId: string }>(
    `select id as "transferId", attempt_id as "attemptId" from call_transfer
     where ended_at is null and state_limit_at < now() - interval '2 s' limit 100`,
  );
  for (const ref of rows)
    await recordTransferEnded(db, { ...ref, actor, to: 'failed', cause: 'limit' });
  return rows.length;
}
