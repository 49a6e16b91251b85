/**
 * Is a trunk there? What its silence and its answers make of it.
 *
 *     up --3 misses in a row, of OPTIONS or of calls--> down --2 hits in a row--> up
 *
 * What took it down decides what brings it back. One that was silent to OPTIONS is asked on, and
 * no person's call is spent on it. One that answers OPTIONS but no call comes back by calls alone:
 * one at a time is let through after a back-off (half open).
 */
export interface TrunkHealth {
  readonly state: 'up' | 'down';
  readonly downBy: 'options' | 'call' | null;
  /** Why it is down; null while it is up. */
  readonly reason: string | null;
  /** OPTIONS without an answer, in a row. */
  readonly optionMisses: number;
  /** Calls to which it said nothing, in a row. */
  readonly callMisses: number;
  /** Answers in a row while it is down, of the kind that brings it back. */
  readonly hits: number;
  /** From one failed trial call to the next, ms. */
  readonly backOffMs: number;
}

export type TrunkSignal =
  | { readonly by: 'options' | 'call'; readonly kind: 'heard' }
  | { readonly by: 'options' | 'call'; readonly kind: 'missed'; readonly reason: string }
  /** It refused a call itself (5xx, 403): a trunk that is up is there all the same, a trial failed. */
  | { readonly by: 'call'; readonly kind: 'failed'; readonly reason: string };

export const MISSES_TO_DOWN = 3;
export const HITS_TO_UP = 2;
export const FIRST_BACK_OFF_MS = 30_000;
export const LONGEST_BACK_OFF_MS = 600_000;

export const HEALTHY: TrunkHealth = {
  state: 'up',
  downBy: null,
  reason: null,
  optionMisses: 0,
  callMisses: 0,
  hits: 0,
  backOffMs: FIRST_BACK_OFF_MS,
};

/** The trunk after one more signal; the very same value when it says nothing new. */
export function afterSignal(health: TrunkHealth, signal: TrunkSignal): TrunkHealth {
  return health.state === 'up' ? whileUp(health, signal) : whileDown(health, signal);
}

function whileUp(health: TrunkHealth, signal: TrunkSignal): TrunkHealth {
  if (signal.kind === 'failed') return health;
  if (signal.kind === 'heard') {
    // a call is the stronger proof: it clears both
    const callMisses = signal.by === 'call' ? 0 : health.callMisses;
    if (health.optionMisses === 0 && health.callMisses === callMisses) return health;
    return { ...health, optionMisses: 0, callMisses };
  }
  const counter = signal.by === 'options' ? 'optionMisses' : 'callMisses';
  const counted = { ...health, [counter]: health[counter] + 1 };
  if (counted[counter] < MISSES_TO_DOWN) return counted;
  return { ...counted, state: 'down', downBy: signal.by, reason: signal.reason, hits: 0 };
}

function whileDown(health: TrunkHealth, signal: TrunkSignal): TrunkHealth {
  if (signal.kind === 'heard') return heardWhileDown(health, signal.by);
  if (signal.by === 'options') {
    const optionMisses = Math.min(health.optionMisses + 1, MISSES_TO_DOWN);
    // silent altogether: no more trial calls
    if (optionMisses >= MISSES_TO_DOWN && health.downBy === 'call')
      return { ...health, downBy: 'options', reason: signal.reason, optionMisses, hits: 0 };
    if (health.downBy === 'call') return { ...health, optionMisses };
    if (health.hits === 0 && health.optionMisses === optionMisses) return health;
    return { ...health, optionMisses, hits: 0 };
  }
  if (health.downBy !== 'call') return health;
  const backOffMs = Math.min(health.backOffMs * 2, LONGEST_BACK_OFF_MS);
  return { ...health, reason: signal.reason, hits: 0, backOffMs };
}

function heardWhileDown(health: TrunkHealth, by: 'options' | 'call'): TrunkHealth {
  if (by === 'options' && health.downBy === 'call') {
    return health.optionMisses === 0 ? health : { ...health, optionMisses: 0 };
  }
  const hits = health.hits + 1;
  return hits >= HITS_TO_UP ? HEALTHY : { ...health, hits, optionMisses: 0 };
}

/** When a down trunk may be tried with one call again, ms from now; null: calls are no way back. */
export function trialInMs(health: TrunkHealth): number | null {
  if (health.downBy !== 'call') return null;
  return health.hits > 0 ? 0 : health.backOffMs;
}
