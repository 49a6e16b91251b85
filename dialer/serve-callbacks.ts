import { lockDebtorOf } from '../src/db/call-locks';
import {
  delayCallback,
  lockCallback,
  missCallback,
  offerCallback,
  readDueCallbacks,
  type Callback,
  type CallbackToServe,
} from '../src/db/callbacks';
import type { Transaction } from '../src/db/database';
import { IS_STOPPED, lockReadyAgentFor } from '../src/db/selection';
import { callbackPhase, retryCallbackAt, type CallbackPhase } from '../src/domain/callback';
import type { Gate } from './create-gate';
import { keepDenials, type Decided } from './deny';
import { reserveManual } from './reserve';

export interface CallbacksServed {
  /** Attempts that hold an agent now: their doorbells are to be rung. */
  readonly reserved: { readonly attemptId: string; readonly sipInstanceId: string }[];
  readonly missed: number;
  readonly denials: number;
}

/** Callbacks that are served or settled in a turn; those that only wait for an agent are looked past. */
const CALLBACKS_A_TURN = 50;
/** Callbacks that are looked at in a turn. */
const LOOKS_A_TURN = 2_000;

/**
 * Callbacks whose time has come, the longest waiting first: an attempt through the same gate as every
 * call, with the agent who agreed it, after five minutes with any of the team. One whose time has
 * passed is missed, and the account is due. Each in a transaction of its own; any number of schedulers
 * may serve at once.
 */
export async function serveCallbacks(gate: Gate): Promise<CallbacksServed> {
  const served = { reserved: [] as CallbacksServed['reserved'], missed: 0, denials: 0 };
  const busy = new Set<string>();
  let settled = 0;
  for (const callback of await readDueCallbacks(gate.db, IS_STOPPED, LOOKS_A_TURN)) {
    if (settled >= CALLBACKS_A_TURN) break;
    const phase = callbackPhase(callback.at, callback.now, callback.hasOwn);
    if (isLeftAlone(callback, phase)) continue;
    // whom one found busy the next needs not ask for
    const whom = `${callback.campaignId} ${phase === 'own' ? callback.agentId : 'team'}`;
    if (phase !== 'over' && busy.has(whom)) continue;
    const turn = await serveOne(gate, callback, phase);
    if (turn === 'no_agent') busy.add(whom);
    if (turn === 'no_agent' || turn === 'waits') continue;
    settled += 1;
    if (turn === 'missed') served.missed += 1;
    else if (turn === 'denied') served.denials += 1;
    else served.reserved.push(turn);
  }
  return served;
}

const isLeftAlone = ({ isServed }: CallbackToServe, phase: CallbackPhase): boolean =>
  phase === 'early' || (phase !== 'over' && !isServed);

function serveOne(gate: Gate, callback: CallbackToServe, phase: CallbackPhase): Promise<Served> {
  return gate.db
    .transaction((tx) => serve(gate, tx, callback, phase))
    .catch((error: unknown) => {
      if (error instanceof SettledMeanwhile) return 'waits' as const;
      throw error;
    });
}

type Served = CallbacksServed['reserved'][number] | 'missed' | 'denied' | 'waits' | 'no_agent';

/** Somebody moved or served it between the look and the lock: nothing of this turn stands. */
class SettledMeanwhile extends Error {}

/** The debtor is locked, so nobody changes it from here on. */
async function lockDue(tx: Transaction, { id }: Callback): Promise<Callback> {
  const callback = await lockCallback(tx, id);
  if (callback?.state !== 'due') throw new SettledMeanwhile();
  return callback;
}

async function serve(
  gate: Gate,
  tx: Transaction,
  callback: CallbackToServe,
  phase: CallbackPhase,
): Promise<Served> {
  const { campaignId, accountId, phoneId, agentId, isServed } = callback;
  if (phase === 'over') {
    await lockDebtorOf(tx, accountId);
    await missCallback(tx, await lockDue(tx, callback), isServed ? 'no_agent' : 'not_running');
    return 'missed';
  }
  const sessionId = await lockReadyAgentFor(tx, campaignId, phase === 'own' ? agentId : null);
  if (sessionId === null) return 'no_agent';
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
