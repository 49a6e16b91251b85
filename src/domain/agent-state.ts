import { TransitionError } from './transition-error';

/**
 * The state of an agent's session. The server owns it; every change has a cause and an actor.
 *
 *     connecting -> ready <-> paused            previewing -> ready | paused | reserved
 *                     |
 *      (previewing ->) reserved -> ringing -> in_call <-> hold
 *                     |           |          |          |
 *                   ready       ready     wrap_up <-----+
 *                                            |
 *                                  ready | paused | offline
 *
 *     any but offline -> lost -> connecting | offline;   any but a live call -> offline
 *
 * - `connecting`: signed in; the softphone is not yet reachable (or its nailed-up leg not yet up).
 * - `previewing`: an account is shown before anybody calls; the agent decides within the time given.
 * - `reserved`: an attempt holds the agent; the debtor's phone does not ring yet.
 * - `ringing`: the debtor's phone rings.
 * - `wrap_up`: the talk is over; the outcome is still to be recorded.
 */
export const AGENT_STATES = [
  'connecting',
  'ready',
  'previewing',
  'reserved',
  'ringing',
  'in_call',
  'hold',
  'wrap_up',
  'paused',
  'lost',
  'offline',
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

const NEXT: Record<AgentState, readonly AgentState[]> = {
  connecting: ['ready', 'paused', 'lost', 'offline'],
  ready: ['previewing', 'reserved', 'paused', 'connecting', 'lost', 'offline'],
  previewing: ['reserved', 'ready', 'paused', 'connecting', 'lost', 'offline'],
  reserved: ['ringing', 'in_call', 'ready', 'paused', 'wrap_up', 'connecting', 'lost', 'offline'],
  ringing: ['in_call', 'ready', 'paused', 'wrap_up', 'connecting', 'lost', 'offline'],
  in_call: ['hold', 'wrap_up', 'lost'],
  hold: ['in_call', 'wrap_up', 'lost'],
  wrap_up: ['ready', 'paused', 'connecting', 'lost', 'offline'],
  paused: ['ready', 'connecting', 'lost', 'offline'],
  lost: ['connecting', 'offline'],
  offline: [],
};

/** What may follow `from`. */
export function allowedAgentStates(from: AgentState): readonly AgentState[] {
  return NEXT[from];
}

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveAgent(from: AgentState, to: AgentState): AgentState {
  if (!NEXT[from].includes(to)) throw new TransitionError('agent session', from, to, NEXT[from]);
  return to;
}

/** Holding a person, or about to: what else is wanted of the agent comes after it. */
export function isBusy(state: AgentState): boolean {
  return ['previewing', 'reserved', 'ringing', 'in_call', 'hold', 'wrap_up'].includes(state);
}

/** An agent may ask for so much more time in a wrap-up, ms, so many times. */
export const WRAP_UP_EXTENSION_MS = 30_000;
export const WRAP_UP_EXTENSIONS = 2;

export interface AgentTimeLimits {
  /** Time to record the outcome after the talk, ms. */
  readonly wrapUpLimitMs: number;
  /** Longest talk, ms. */
  readonly talkLimitMs: number;
  /** Time to decide about an account that is shown, ms. */
  readonly previewLimitMs: number;
}

/**
 * Longest stay in a state, ms; null where waiting is the state's purpose. What the sweep does at
 * the limit: connecting -> lost; previewing -> paused (`preview_timeout`); reserved, ringing -> ready; in_call, hold -> wrap_up;
 * wrap_up -> paused (`wrap_up_timeout`); lost -> offline.
 */
export function agentStateLimitMs(state: AgentState, limits: AgentTimeLimits): number | null {
  switch (state) {
    case 'connecting':
      return 60_000;
    case 'previewing':
      return limits.previewLimitMs;
    case 'reserved':
      return 90_000;
    case 'ringing':
      return 120_000;
    case 'in_call':
    case 'hold':
      return limits.talkLimitMs;
    case 'wrap_up':
      return limits.wrapUpLimitMs;
    case 'lost':
      return 1_800_000;
    case 'ready':
    case 'paused':
    case 'offline':
      return null;
  }
}
