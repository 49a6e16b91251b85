import { DateTime } from 'luxon';
import type { FieldProblem } from './field-problem';
import type { PaymentMethod } from './outcome-code';

export interface PromiseInput {
  /** Integer minor units of the account's currency. */
  readonly amountMinor: bigint;
  /** ISO 8601 date, in the debtor's calendar. */
  readonly dueDate: string;
  readonly method: PaymentMethod;
}

/** How far a promise may go, by the policy and by what was promised already. */
export interface PromiseRoom {
  /** It may be due so many days ahead. */
  readonly horizonDays: number;
  /** Integer minor units of promises that would stand beside it. */
  readonly promisedMinor: bigint;
}

/** What a promise is checked against. */
export interface PromiseCheckFacts {
  readonly now: Date;
  readonly amountDueMinor: bigint;
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
  readonly room: PromiseRoom;
}

/** What is wrong with a promise; empty: it can be made. Pure. */
export function checkPromiseInput(promise: PromiseInput, facts: PromiseCheckFacts): FieldProblem[] {
  return [...checkAmount(promise.amountMinor, facts), ...checkDueDate(promise.dueDate, facts)];
}

/** All that is promised on an account is not more than what is due on it. */
function checkAmount(amountMinor: bigint, facts: PromiseCheckFacts): FieldProblem[] {
  const { amountDueMinor, room } = facts;
  const left = amountDueMinor > room.promisedMinor ? amountDueMinor - room.promisedMinor : 0n;
  if (amountMinor > 0n && amountMinor <= left) return [];
  const tooMuch =
    room.promisedMinor > 0n
      ? 'is more than is due beside what is promised already'
      : 'is more than the amount due';
  return [
    {
      field: 'promise.amountMinor',
      reason: amountMinor <= 0n ? 'is not positive' : tooMuch,
      accepted:
        left > 0n ? `1 to ${left.toString()}, integer minor units` : 'none: all of it is promised',
    },
  ];
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
    .plus({ days: facts.room.horizonDays })
    .toFormat('yyyy-MM-dd');
  if (!DateTime.fromISO(dueDate, { zone: 'utc' }).isValid || dueDate < first || dueDate > last) {
    const reason = dueDate < first ? 'is in the past' : 'is too far ahead';
    return [{ field: 'promise.dueDate', reason, accepted: `${first} to ${last}` }];
  }
  return [];
}
