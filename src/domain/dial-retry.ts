import type { AttemptResult } from './attempt-result';
import {
  earliestRetry,
  isPlannedCode,
  isPlannedResult,
  retryOutcomeOf,
  retryPlan,
  type RetryOutcome,
  type RetryPlan,
} from './campaign-document/retry-plan';
import type { OutcomeCode } from './outcome-code';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Why an open account is not dialed. */
export const BLOCKED_REASONS = [
  'outcome_missing',
  'promise_open',
  'dispute',
  'hardship',
  'wrong_party',
  'deceased',
  'no_dialable_phone',
  'review',
] as const;
export type BlockedReason = (typeof BLOCKED_REASONS)[number];

/** What an ended attempt or a recorded outcome means for the account and the number. */
export interface NextStep {
  /** When the account is next worth calling; null with a `blockedReason`. */
  readonly nextAttemptAt: Date | null;
  readonly blockedReason: BlockedReason | null;
  /** What becomes of the number that was dialed. */
  readonly phone: 'keep' | 'count_invalid';
}

/** What a campaign's document says of retries, and how often the account has met the same outcome. */
export interface Retries {
  readonly plan: RetryPlan;
  /** Attempts that ended so one after another, this one included. */
  readonly inARow: number;
}

export const USUAL_RETRIES: Retries = { plan: retryPlan(), inARow: 1 };

const retry = (outcome: RetryOutcome, { plan, inARow }: Retries, now: Date): NextStep => ({
  nextAttemptAt: earliestRetry(plan[outcome], now, inARow),
  blockedReason: null,
  phone: 'keep',
});

const after = (now: Date, ms: number): NextStep => ({
  nextAttemptAt: new Date(now.getTime() + ms),
  blockedReason: null,
  phone: 'keep',
});
const blocked = (blockedReason: BlockedReason): NextStep => ({
  nextAttemptAt: null,
  blockedReason,
  phone: 'keep',
});

/**
 * After an attempt ended. `connected` blocks the account until the agent has recorded the
 * outcome: a missing outcome is never guessed.
 */
export function nextStepAfterResult(
  result: AttemptResult,
  now: Date,
  retries: Retries = USUAL_RETRIES,
): NextStep {
  if (isPlannedResult(result)) return retry(retryOutcomeOf(result), retries, now);
  switch (result) {
    case 'connected':
      return blocked('outcome_missing');
    // no automated redial after an abandoned call for 72 h
    case 'abandoned':
      return after(now, 3 * DAY_MS);
    case 'invalid':
      return { ...after(now, HOUR_MS), phone: 'count_invalid' };
    case 'cancelled':
      return after(now, 15 * MINUTE_MS);
    // the gate has said when; this is what it overrides
    case 'blocked_by_rule':
      return after(now, 0);
    // nothing was sent: soon again, but not each second while a trunk or the queue is away
    case 'expired':
      return after(now, 30_000);
  }
}

export interface OutcomeFacts {
  readonly code: OutcomeCode;
  readonly callbackAt: Date | null;
  /** Instant at which the promise's due date plus grace is over, when there is a promise. */
  readonly promiseSilentUntil: Date | null;
  /** The person accepted an agreement in the talk. */
  readonly hasAgreement?: boolean;
}

/** After the agent has recorded the outcome. */
export function nextStepAfterOutcome(
  outcome: OutcomeFacts,
  now: Date,
  retries: Retries = USUAL_RETRIES,
): NextStep {
  const { code } = outcome;
  if (isPlannedCode(code)) return retry(retryOutcomeOf(code), retries, now);
  switch (code) {
    case 'RPC_PTP':
      return { nextAttemptAt: outcome.promiseSilentUntil, blockedReason: null, phone: 'keep' };
    case 'RPC_CALLBACK':
      return { nextAttemptAt: outcome.callbackAt, blockedReason: null, phone: 'keep' };
    case 'RPC_PLAN':
    case 'RPC_SETTLE':
    case 'RPC_DEFER':
      // the agreement's hold decides from now on; without one a person has to
      return outcome.hasAgreement === true ? after(now, 0) : blocked('review');
    // the hold that it means decides from now on, see domain/hold-kind.ts
    case 'RPC_DISPUTE':
    case 'RPC_HARDSHIP':
    case 'DECEASED':
      return after(now, 0);
    case 'WRONG_PARTY':
    case 'WRONG_NUMBER':
      return after(now, HOUR_MS);
    case 'ABANDONED':
      return after(now, 3 * DAY_MS);
    case 'INVALID':
      return { ...after(now, HOUR_MS), phone: 'count_invalid' };
    case 'BLOCKED_BY_RULE':
      return after(now, 4 * HOUR_MS);
  }
}
