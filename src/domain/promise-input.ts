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

/**
 * The days that a promise may be due on, in every zone that the debtor may be in.
 * @param zones IANA, at least one
 * @returns ISO dates; none is between them when `first` is the later one
 */
export function promiseDays(
  now: Date,
  zones: readonly string[],
  horizonDays: number,
): { readonly first: string; readonly last: string } {
  const todays = zones
    .map((zone) => DateTime.fromJSDate(now, { zone }).toFormat('yyyy-MM-dd'))
    .sort();
  const [earliest = ''] = todays;
  const last = DateTime.fromISO(earliest, { zone: 'utc' }).plus({ days: horizonDays });
  return { first: todays.at(-1) ?? '', last: last.toFormat('yyyy-MM-dd') };
}

/** The date must lie in the window in every zone that the debtor may be in. */
function checkDueDate(dueDate: string, facts: PromiseCheckFacts): FieldProblem[] {
  const { first, last } = promiseDays(facts.now, facts.zones, facts.room.horizonDays);
  if (!DateTime.fromISO(dueDate, { zone: 'utc' }).isValid || dueDate < first || dueDate > last) {
    const reason = dueDate < first ? 'is in the past' : 'is too far ahead';
    return [{ field: 'promise.dueDate', reason, accepted: `${first} to ${last}` }];
  }
  return [];
}
