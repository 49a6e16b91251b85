import type { FieldProblem } from './field-problem';

/** Nobody is called back, and no account is put off, later than this, days. */
export const AHEAD_LIMIT_DAYS = 60;

/** What is accepted as the time of a later call. */
export const TIME_AHEAD = `an instant in the future, at most ${AHEAD_LIMIT_DAYS} days ahead`;

const DAY_MS = 86_400_000;

/** What is wrong with the time of a later call; null: nothing. Pure. */
export function timeAheadProblem(field: string, at: Date, now: Date): FieldProblem | null {
  if (at <= now) return { field, reason: 'is not in the future', accepted: TIME_AHEAD };
  const latestMs = now.getTime() + AHEAD_LIMIT_DAYS * DAY_MS;
  if (at.getTime() <= latestMs) return null;
  return { field, reason: 'is too far ahead', accepted: TIME_AHEAD };
}
