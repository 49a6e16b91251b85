/**
 * A moment on the person's wall clock: minutes since 1970-01-01 00:00 local. Habits live on the wall
 * clock, so everything here counts in it; the shell converts instants.
 */
export type WallMinute = number;

export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;
export const HOURS = 24;

export const dayOf = (at: WallMinute): number => Math.floor(at / DAY_MINUTES);
export const minuteOfDay = (at: WallMinute): number => at - dayOf(at) * DAY_MINUTES;
export const hourOf = (at: WallMinute): number => Math.floor(minuteOfDay(at) / HOUR_MINUTES);

/** ISO weekday, 1 is Monday; day 0 was a Thursday. */
export const weekdayOf = (at: WallMinute): number => ((dayOf(at) + 3) % 7) + 1;

/** Working days are alike, Saturday and Sunday each are something else. */
export const WEEKDAY_KINDS = ['weekday', 'saturday', 'sunday'] as const;
export const weekdayKindOf = (at: WallMinute): number => Math.max(0, weekdayOf(at) - 5);

/** The wall calendar's date, from days since 1970-01-01. */
export function dateOfDay(day: number): { year: number; month: number; day: number } {
  const date = new Date(day * DAY_MINUTES * 60_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Days since 1970-01-01; a day beyond the month's end is its last day. */
export function dayOfDate(year: number, month: number, day: number): number {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Date.UTC(year, month - 1, Math.min(day, last)) / 86_400_000;
}
