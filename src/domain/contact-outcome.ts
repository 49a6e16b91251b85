import type { AttemptResult } from './attempt-result';
import type { AttemptState } from './attempt-state';
import type { ContactOutcome } from './call-facts';
import type { OutcomeCode } from './outcome-code';

/** An attempt as it stands: how far it came, how it ended, and what the agent said of the talk. */
export interface AttemptAsContact {
  readonly state: AttemptState;
  /** Set when it ended. */
  readonly result: AttemptResult | null;
  /** Outcome of the talk; null: nobody has told yet. */
  readonly code: OutcomeCode | null;
}

/**
 * What an attempt is in the contact ledger; null: it never left our switch, so it is not in it.
 * In doubt the reading that limits more: an unknown end and a CANCEL of ours may have rung, and a
 * talk that nobody has told about was a conversation.
 */
export function contactOutcomeOf(attempt: AttemptAsContact): ContactOutcome | null {
  if (attempt.state === 'connected') return 'conversation';
  if (attempt.result === null) return 'reserved';
  switch (attempt.result) {
    case 'connected':
      return (attempt.code && OTHER_THAN_CONVERSATION[attempt.code]) ?? 'conversation';
    case 'busy':
      return 'busy';
    // a declined call rang; so may one that we took back
    case 'no_answer':
    case 'rejected':
    case 'cancelled':
      return 'no_answer';
    case 'invalid':
      return 'sit_invalid';
    case 'unreachable':
    case 'network_failure':
      return 'not_connected';
    case 'abandoned':
      return 'abandoned';
    case 'unknown':
      return 'unknown';
    case 'blocked_by_rule':
    case 'expired':
      return null;
  }
}

/** What the agent's word makes of an answered call that was no conversation with the person. */
const OTHER_THAN_CONVERSATION: Readonly<Partial<Record<OutcomeCode, ContactOutcome>>> = {
  THIRD_PARTY: 'answered_other',
  WRONG_PARTY: 'answered_other',
  WRONG_NUMBER: 'answered_other',
  DECEASED: 'answered_other',
  // whether the agent spoke on it is not told, and a message counts for more rules
  VOICEMAIL: 'voicemail_left',
  NO_ANSWER: 'no_answer',
  ABANDONED: 'abandoned',
};
