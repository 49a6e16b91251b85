import { z } from 'zod';
import type { AttemptResult } from '../attempt-result';
import type { OutcomeCode } from '../outcome-code';

/** Outcomes after which a document says when to try again; the others have one answer for all. */
export const RETRY_OUTCOMES = [
  'busy',
  'no_answer',
  'unreachable',
  'network_failure',
  'rejected',
  'voicemail',
  'third_party',
  'refused',
  'paid_claim',
] as const;
export type RetryOutcome = (typeof RETRY_OUTCOMES)[number];

/** What follows on one outcome. The rules of the stack stand above it: a retry is only ever asked for. */
export interface RetryRule {
  /** Least time until the next attempt, minutes. */
  readonly afterMinutes: number;
  /** The next attempt is at an hour of the day that is at least so many hours away from this one's. */
  readonly shiftHours?: number;
  /** So many retries in a row at `afterMinutes`; after them the account rests. Absent: no limit. */
  readonly max?: number;
  /** How long it rests then, minutes. */
  readonly restMinutes?: number;
  /** The number that was tried goes behind the person's others. */
  readonly nextPhone?: boolean;
}
export type RetryPlan = Readonly<Record<RetryOutcome, RetryRule>>;
/** What a document sets: an absent outcome keeps the usual rule. */
export type RetrySettings = { readonly [O in RetryOutcome]?: RetryRule };

const HOUR = 60;
const DAY = 24 * HOUR;
const DEFAULT_REST_MINUTES = 4 * HOUR;

/** Features A6: busy 15 min twice, no answer 4 h and another hour, network 10 min once, declined a day. */
export const USUAL_RETRIES: RetryPlan = {
  busy: { afterMinutes: 15, max: 2 },
  no_answer: { afterMinutes: 4 * HOUR, shiftHours: 2 },
  unreachable: { afterMinutes: 4 * HOUR, shiftHours: 2 },
  network_failure: { afterMinutes: 10, max: 1, restMinutes: HOUR },
  rejected: { afterMinutes: DAY },
  voicemail: { afterMinutes: 4 * HOUR, shiftHours: 2 },
  third_party: { afterMinutes: 4 * HOUR },
  refused: { afterMinutes: 3 * DAY },
  paid_claim: { afterMinutes: 3 * DAY },
};

export function retryPlan(settings: RetrySettings = {}): RetryPlan {
  return { ...USUAL_RETRIES, ...settings };
}

const OF_RESULT = {
  busy: 'busy',
  no_answer: 'no_answer',
  // it may have rung
  unknown: 'no_answer',
  unreachable: 'unreachable',
  network_failure: 'network_failure',
  rejected: 'rejected',
} as const satisfies { readonly [R in AttemptResult]?: RetryOutcome };

const OF_CODE = {
  BUSY: 'busy',
  NO_ANSWER: 'no_answer',
  UNKNOWN: 'no_answer',
  UNREACHABLE: 'unreachable',
  REJECTED: 'rejected',
  VOICEMAIL: 'voicemail',
  THIRD_PARTY: 'third_party',
  RPC_REFUSE: 'refused',
  RPC_PAID_CLAIM: 'paid_claim',
} as const satisfies { readonly [C in OutcomeCode]?: RetryOutcome };

/** Results and codes after which the plan says when; of the others a document has no say. */
export type PlannedResult = keyof typeof OF_RESULT;
export type PlannedCode = keyof typeof OF_CODE;

export function isPlannedResult(result: AttemptResult): result is PlannedResult {
  return Object.hasOwn(OF_RESULT, result);
}

export function isPlannedCode(code: OutcomeCode): code is PlannedCode {
  return Object.hasOwn(OF_CODE, code);
}

export const retryOutcomeOf = (ended: PlannedResult | PlannedCode): RetryOutcome =>
  ({ ...OF_RESULT, ...OF_CODE })[ended];

/** How an attempt ended: the technical result, and the outcome when one is recorded. */
export interface EndedAttempt {
  readonly result: AttemptResult;
  readonly code: OutcomeCode | null;
}

/** What of the plan follows on it: what the agent said of a talk, else how the call ended. */
function plannedAfter({ result, code }: EndedAttempt): RetryOutcome | null {
  if (result !== 'connected') return isPlannedResult(result) ? OF_RESULT[result] : null;
  return code !== null && isPlannedCode(code) ? OF_CODE[code] : null;
}

/** Attempts that ended alike, from the newest back. @param newestFirst the one in question first */
export function endedAlike(newestFirst: readonly EndedAttempt[]): number {
  const outcomes = newestFirst.map(plannedAfter);
  const other = outcomes.findIndex((outcome) => outcome !== outcomes[0]);
  return other === -1 ? outcomes.length : other;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * The earliest instant of the next attempt. Whoever looks for a better hour starts from here.
 * @param inARow attempts on the account that ended so one after another, this one included
 */
export function earliestRetry(rule: RetryRule, endedAt: Date, inARow: number): Date {
  const isUsedUp = rule.max !== undefined && inARow > rule.max;
  const restMinutes = rule.restMinutes ?? DEFAULT_REST_MINUTES;
  const minutes = isUsedUp ? Math.max(restMinutes, rule.afterMinutes) : rule.afterMinutes;
  const gapMs = minutes * MINUTE_MS;
  return new Date(endedAt.getTime() + shifted(gapMs, (rule.shiftHours ?? 0) * HOUR_MS));
}

/** The least gap not below `gapMs` whose hour of the day is `shiftMs` away on either side. */
function shifted(gapMs: number, shiftMs: number): number {
  const ofDay = gapMs % DAY_MS;
  if (ofDay < shiftMs) return gapMs - ofDay + shiftMs;
  if (ofDay > DAY_MS - shiftMs) return gapMs - ofDay + DAY_MS + shiftMs;
  return gapMs;
}

const minutes = (max: number) => z.int({ error: 'whole minutes' }).min(5).max(max);

const retryRule: z.ZodType<RetryRule> = z.strictObject({
  afterMinutes: minutes(30 * DAY).describe('Least time until the next attempt'),
  shiftHours: z
    .int({ error: 'whole hours' })
    .min(0)
    .max(11)
    .exactOptional()
    .describe('Not within so many hours of this hour of the day'),
  max: z
    .int({ error: 'a whole number' })
    .min(0)
    .max(100)
    .exactOptional()
    .describe('Retries in a row; then the account rests'),
  restMinutes: minutes(90 * DAY)
    .exactOptional()
    .describe(`How long it rests then; absent: ${DEFAULT_REST_MINUTES}`),
  nextPhone: z
    .boolean({ error: 'true or false' })
    .exactOptional()
    .describe('The number that was tried goes behind the others'),
});

export const retrySettings: z.ZodType<RetrySettings> = z
  .partialRecord(z.enum(RETRY_OUTCOMES), retryRule)
  .describe('When to try again, by outcome. An absent outcome: its usual rule');
