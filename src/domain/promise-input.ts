import { DateTime } from 'luxon';
import type { FieldProblem } from './field-problem';
import type { PaymentMethod } from './outcome-code';

/** A promise may not lie further ahead than this, days. */
const PROMISE_LIMIT_DAYS = 60;

export interface PromiseInput {
  /** Integer minor units of the account's currency. */
  readonly amountMinor: bigint;
  /** ISO 8601 date, in the debtor's calendar. */
  readonly dueDate: string;
  readonly method: PaymentMethod;
}

/** What a promise is checked against. */
export interface PromiseCheckFacts {
  readonly now: Date;
  readonly amountDueMinor: bigint;
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
}

/** What is wrong with a promise; empty: it can be made. Pure. */
export function checkPromiseInput(promise: PromiseInput, facts: PromiseCheckFacts): FieldProblem[] {
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
function checkDueDate(dueDate: string, facts: PromiseCheckFacts): FieldProblem[] {
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
