import { TransitionError } from './transition-error';

/**
 * A call at a time that the person named. Never deleted: what was not kept stays until it is made up
 * for.
 *
 *     due -> offered -> done
 *      | ^______|
 *      +-> missed -> done
 *      +-> moved          missed -> moved
 *
 * - `due`: waits for its time, or at it for an agent.
 * - `offered`: an attempt holds an agent for it; back to `due` when nothing was dialed.
 * - `done`: the number was dialed; what came of it is the attempt's.
 * - `missed`: its time passed; the account is called at its next best moment, which makes up for it.
 * - `moved`: another one stands in its place.
 */
export const CALLBACK_STATES = ['due', 'offered', 'done', 'missed', 'moved'] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

const NEXT: Record<CallbackState, readonly CallbackState[]> = {
  due: ['offered', 'missed', 'moved'],
  offered: ['due', 'done'],
  missed: ['done', 'moved'],
  done: [],
  moved: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveCallback(from: CallbackState, to: CallbackState): CallbackState {
  if (!NEXT[from].includes(to)) throw new TransitionError('callback', from, to, NEXT[from]);
  return to;
}

const MINUTE_MS = 60_000;
/** A callback is kept within so long of its time, ms. */
export const CALLBACK_TOLERANCE_MS = 10 * MINUTE_MS;
/** From its time on it waits so long for the agent who agreed it, ms; then any of the team takes it. */
export const OWN_AGENT_MS = 5 * MINUTE_MS;

/** After this instant it is missed, and the account is due as any other. */
export function callbackEndsAt(at: Date): Date {
  return new Date(at.getTime() + CALLBACK_TOLERANCE_MS);
}

/** Whom a callback waits for: nobody yet, the agent who agreed it, the team; or it is missed. */
export type CallbackPhase = 'early' | 'own' | 'team' | 'over';

/** @param hasOwn the agent who agreed it still works for the campaign */
export function callbackPhase(at: Date, now: Date, hasOwn: boolean): CallbackPhase {
  const sinceMs = now.getTime() - at.getTime();
  if (sinceMs < 0) return 'early';
  if (sinceMs >= CALLBACK_TOLERANCE_MS) return 'over';
  return sinceMs < OWN_AGENT_MS && hasOwn ? 'own' : 'team';
}

/**
 * When a refused callback is tried again: when the rules allow it, if that is in time; null: it cannot
 * be kept any more. Without an instant the refusal may end any moment: in a minute.
 */
export function retryCallbackAt(at: Date, now: Date, nextAllowedAt: Date | null): Date | null {
  const next = nextAllowedAt ?? new Date(now.getTime() + MINUTE_MS);
  return next < callbackEndsAt(at) ? next : null;
}
