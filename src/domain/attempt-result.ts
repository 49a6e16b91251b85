import type { AttemptState } from './attempt-state';
import type { OutcomeCode } from './outcome-code';

/**
 * How an attempt ended, technically. Set once, when it ends; what was said is the agent's
 * {@link OutcomeCode}.
 */
export const ATTEMPT_RESULTS = [
  /** The debtor's side answered and was joined to the agent. */
  'connected',
  'busy',
  'no_answer',
  'rejected',
  'unreachable',
  'invalid',
  'network_failure',
  /** We cancelled before an answer (agent lost, shutdown, campaign stopped on request). */
  'cancelled',
  /** Answered, but no agent could be joined. */
  'abandoned',
  /** The gate refused at the INVITE. */
  'blocked_by_rule',
  /** The permit ran out, or the agent was lost, before anything was sent. */
  'expired',
  /** The process that owned the call died: it may have rung. Counts as an attempt. */
  'unknown',
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** The outcome that follows without a person; null: an agent must say (connected), or nobody called. */
export function outcomeOfResult(result: AttemptResult): OutcomeCode | null {
  switch (result) {
    case 'busy':
      return 'BUSY';
    case 'no_answer':
      return 'NO_ANSWER';
    case 'rejected':
      return 'REJECTED';
    case 'unreachable':
    case 'network_failure':
      return 'UNREACHABLE';
    case 'invalid':
      return 'INVALID';
    case 'abandoned':
      return 'ABANDONED';
    case 'blocked_by_rule':
      return 'BLOCKED_BY_RULE';
    case 'unknown':
      return 'UNKNOWN';
    case 'connected':
    case 'cancelled':
    case 'expired':
      return null;
  }
}

/**
 * What becomes of an attempt that its process does not end: that died, or outlived the limit of its
 * state. Nothing sent: `expired`. Joined to an agent: the talk happened, so an outcome is asked
 * for. In between, nobody can know.
 */
export function resultWithoutOwner(state: AttemptState): 'expired' | 'connected' | 'unknown' {
  if (state === 'reserved') return 'expired';
  return state === 'connected' ? 'connected' : 'unknown';
}
