import { lockDebtorOf } from '../src/db/call-locks';
import {
  delayCallback,
  lockCallback,
  missCallback,
  offerCallback,
  readNextCallback,
  type Callback,
  type CallbackToServe,
} from '../src/db/callbacks';
import type { Transaction } from '../src/db/database';
import { lockReadyAgentFor, STOPS_CAMPAIGN } from '../src/db/selection';
import { callbackPhase, retryCallbackAt } from '../src/domain/callback';
import type { Gate } from './create-gate';
import { keepDenials, type Decided } from './deny';
import { reserveManual } from './reserve';

export interface CallbacksServed {
  /** Attempts that hold an agent now: their doorbells are to be rung. */
  readonly reserved: { readonly attemptId: string; readonly sipInstanceId: string }[];
  readonly missed: number;
  readonly denials: number;
}

const CALLBACKS_A_TURN = 50;

/**
 * Callbacks whose time has come, the longest waiting first: an attempt through the same gate as every
 * call, with the agent who agreed it, after five minutes with any of the team. One whose time has
 * passed is missed, and the account is due. Each in a transaction of its own; any number of schedulers
 * may serve at once.
 */
export async function serveCallbacks(gate: Gate): Promise<CallbacksServed> {
  const served = { reserved: [] as CallbacksServed['reserved'], missed: 0, denials: 0 };
  const seen: string[] = [];
  while (seen.length < CALLBACKS_A_TURN) {
    const callback = await readNextCallback(gate.db, STOPS_CAMPAIGN, seen);
    if (callback === null) break;
    seen.push(callback.id);
    const turn = await gate.db
      .transaction((tx) => serve(gate, tx, callback))
      .catch((error: unknown) => {
        if (error instanceof SettledMeanwhile) return 'waits' as const;
        throw error;
      });
    if (turn === 'missed') served.missed += 1;
    else if (turn === 'denied') served.denials += 1;
    else if (turn !== 'waits') served.reserved.push(turn);
  }
  return served;
}

type Served = CallbacksServed['reserved'][number] | 'missed' | 'denied' | 'waits';

/** Somebody moved or served it between the look and the lock: nothing of this turn stands. */
class SettledMeanwhile extends Error {}

/** The debtor is locked, so nobody changes it from here on. */
async function lockDue(tx: Transaction, { id }: Callback): Promise<Callback> {
  const callback = await lockCallback(tx, id);
  if (callback?.state !== 'due') throw new SettledMeanwhile();
  return callback;
}

async function serve(gate: Gate, tx: Transaction, callback: CallbackToServe): Promise<Served> {
  const { campaignId, accountId, phoneId, agentId, isServed } = callback;
  const phase = callbackPhase(callback.at, callback.now, callback.hasOwn);
  if (phase === 'over') {
    await lockDebtorOf(tx, accountId);
    await missCallback(tx, await lockDue(tx, callback), isServed ? 'no_agent' : 'not_running');
    return 'missed';
  }
  if (phase === 'early' || !isServed) return 'waits';
  const sessionId = await lockReadyAgentFor(tx, campaignId, phase === 'own' ? agentId : null);
  if (sessionId === null) return 'waits';
  const result = await reserveManual(gate, tx, {
    ...{ accountId, campaignId, phoneId, sessionId },
    ...{ purpose: 'collect', mode: 'callback', actor: 'scheduler' },
  });
  if (result.kind === 'denied') return refused(gate, tx, callback, result.denials);
  if (result.kind !== 'reserved') return 'waits';
  const { attemptId, sipInstanceId } = result;
  await offerCallback(tx, await lockDue(tx, callback), attemptId);
  return { attemptId, sipInstanceId };
}

/** Tried again as soon as the rules allow it, if that is in time. */
async function refused(
  gate: Gate,
  tx: Transaction,
  callback: CallbackToServe,
  denials: readonly Decided[],
): Promise<'missed' | 'denied'> {
  await keepDenials(gate, tx, denials);
  const locked = await lockDue(tx, callback);
  const { decision } = denials[0] ?? { decision: null };
  const next = decision?.nextAllowedAt ?? null;
  const retryAt = retryCallbackAt(callback.at, callback.now, next === null ? null : new Date(next));
  const cause = decision?.deniedBy ?? 'denied';
  if (retryAt === null) {
    await missCallback(tx, locked, cause);
    return 'missed';
  }
  await delayCallback(tx, locked, retryAt, cause);
  return 'denied';
}
