import { DateTime } from 'luxon';
import type { CallPurpose } from './call-facts';
import type { FieldProblem } from './field-problem';
import {
  needsRootCause,
  type AgentOutcomeCode,
  type PaymentMethod,
  type RootCause,
} from './outcome-code';
import { TIME_AHEAD, timeAheadProblem } from './time-ahead';

/** A promise may not lie further ahead than this, days. */
const PROMISE_LIMIT_DAYS = 60;
/** A promise is not chased until its due date and these days are over. */
const PROMISE_GRACE_DAYS = 2;

export interface PromiseInput {
  /** Integer minor units of the account's currency. */
  readonly amountMinor: bigint;
  /** ISO 8601 date, in the debtor's calendar. */
  readonly dueDate: string;
  readonly method: PaymentMethod;
}

/** What the agent says after the talk. */
export interface OutcomeInput {
  readonly code: AgentOutcomeCode;
  readonly rootCause: RootCause | null;
  readonly note: string | null;
  readonly callbackAt: Date | null;
  readonly promise: PromiseInput | null;
}

export interface OutcomeCheckFacts {
  readonly now: Date;
  readonly amountDueMinor: bigint;
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
  /** What the call was for; absent: to collect. */
  readonly purpose?: CallPurpose;
}

/** Which fields each code needs, and whether their values make sense. Empty: it is complete. */
export function checkOutcomeInput(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const problems = facts.purpose === 'locate' ? checkLocateCode(input.code) : [];
  if (needsRootCause(input.code) && input.rootCause === null) {
    problems.push({
      field: 'rootCause',
      reason: `${input.code} needs the root cause`,
      accepted: 'why the account is in arrears; not_told when the debtor did not say',
    });
  }
  return [...problems, ...checkCallback(input, facts), ...checkPromise(input, facts)];
}

/** A third person was asked where the debtor is: there is nothing to tell of the debt. */
const LOCATE_CODES: readonly AgentOutcomeCode[] = [
  'THIRD_PARTY',
  'WRONG_NUMBER',
  'VOICEMAIL',
  'NO_ANSWER',
];

function checkLocateCode(code: AgentOutcomeCode): FieldProblem[] {
  if (LOCATE_CODES.includes(code)) return [];
  const reason = 'the call was to a third person, only to learn where the debtor is';
  return [{ field: 'code', reason, accepted: LOCATE_CODES.join(', ') }];
}

function checkCallback(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const { code, callbackAt } = input;
  if (code !== 'RPC_CALLBACK') {
    return callbackAt === null ? [] : [superfluous('callbackAt', code, 'RPC_CALLBACK')];
  }
  if (callbackAt === null) {
    return [{ field: 'callbackAt', reason: 'RPC_CALLBACK needs it', accepted: TIME_AHEAD }];
  }
  const problem = timeAheadProblem('callbackAt', callbackAt, facts.now);
  return problem === null ? [] : [problem];
}

function checkPromise(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const { code, promise } = input;
  if (code !== 'RPC_PTP') {
    return promise === null ? [] : [superfluous('promise', code, 'RPC_PTP')];
  }
  if (promise === null) {
    const accepted = 'amountMinor, dueDate and method of the promise';
    return [{ field: 'promise', reason: 'RPC_PTP needs it', accepted }];
  }
  const problems: FieldProblem[] = [];
  if (promise.amountMinor <= 0n || promise.amountMinor > facts.amountDueMinor) {
    problems.push({
      field: 'promise.amountMinor',
      reason: promise.amountMinor <= 0n ? 'is not positive' : 'is more than the amount due',
      accepted: `1 to ${facts.amountDueMinor.toString()}, integer minor units`,
    });
  }
  return [...problems, ...checkDueDate(promise.dueDate, facts)];
}

/** The date must lie in the window in every zone that the debtor may be in. */
function checkDueDate(dueDate: string, facts: OutcomeCheckFacts): FieldProblem[] {
  const todays = facts.zones.map((zone) =>
    DateTime.fromJSDate(facts.now, { zone }).toFormat('yyyy-MM-dd'),
  );
  const first = todays.reduce((a, b) => (a > b ? a : b));
  const last = DateTime.fromISO(
    todays.reduce((a, b) => (a < b ? a : b)),
    { zone: 'utc' },
  )
    .plus({ days: PROMISE_LIMIT_DAYS })
    .toFormat('yyyy-MM-dd');
  if (!DateTime.fromISO(dueDate, { zone: 'utc' }).isValid || dueDate < first || dueDate > last) {
    const reason = dueDate < first ? 'is in the past' : 'is too far ahead';
    return [{ field: 'promise.dueDate', reason, accepted: `${first} to ${last}` }];
  }
  return [];
}

function superfluous(field: string, code: string, owner: string): FieldProblem {
  return { field, reason: `does not belong to ${code}`, accepted: `leave it out, or ${owner}` };
}

/**
 * Until when a promise keeps the account silent: the end of the last day of grace, in the
 * debtor's zone; of several possible zones, in the one where that day ends last.
 */
export function promiseSilentUntil(dueDate: string, zones: readonly string[]): Date {
  const ends = zones.map((zone) =>
    DateTime.fromISO(dueDate, { zone }).plus({ days: PROMISE_GRACE_DAYS }).endOf('day').toMillis(),
  );
  return new Date(Math.max(...ends));
}
