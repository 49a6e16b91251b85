import { randomUUID } from 'node:crypto';

/** A UUID version 7 (RFC 9562, 5.7): grows with `at`, as the ids that the database makes do. */
export function newId(at: Date): string {
  // variant and chance of a version 4, which keeps random bytes in store
  return `${timeOf(at)}-7${randomUUID().slice(15)}`;
}

/**
 * The first id of the millisecond of `at`: what was given its id from then on is greater or equal.
 * SQL: `first_id_at`.
 */
export function firstIdAt(at: Date): string {
  return `${timeOf(at)}-7000-8000-000000000000`;
}

/** Ids of a span of time: `from` is in it, `to` is not. */
export interface IdSpan {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

/**
 * What was given its id since `at`; the end is a day from now, for clocks that differ. Handed to a
 * statement as values, it leaves the months outside out before they are even planned for, those
 * ahead and the default partition too: a third of the time of a search over two years of months.
 */
export function idsSince(at: Date): IdSpan {
  return { from: firstIdAt(at), to: firstIdAt(new Date(Date.now() + DAY_MS)) };
}

/** What was given its id within the latest so many days, by this process's clock. */
export function idsOfLatestDays(days: number): IdSpan {
  return idsSince(new Date(Date.now() - days * DAY_MS));
}

/** SQL literals of the months, UTC, that a span of time lies in. */
export interface MonthSpan {
  readonly ids: readonly [from: string, to: string];
  readonly instants: readonly [from: string, to: string];
}

/**
 * The months of the latest so many days, and of the day ahead. Written into a statement's text beside
 * the exact span, they leave the other months out when it is planned, once for all who run it: as
 * values they do so only after every month was locked, which costs more than the search. The text is
 * another one each month.
 */
export function monthsOfLatestDays(days: number): MonthSpan {
  const nowMs = Date.now();
  const from = new Date(nowMs - days * DAY_MS);
  const to = new Date(nowMs + DAY_MS);
  const begin = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth()));
  const end = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1));
  return {
    ids: [`'${firstIdAt(begin)}'::uuid`, `'${firstIdAt(end)}'::uuid`],
    instants: [`'${begin.toISOString()}'::timestamptz`, `'${end.toISOString()}'::timestamptz`],
  };
}

/** The first 48 bits: milliseconds since 1970. */
function timeOf(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
