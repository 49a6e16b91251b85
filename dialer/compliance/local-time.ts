import { DateTime } from 'luxon';

/** An instant as the debtor's wall clock shows it. */
export interface LocalTime {
  readonly zone: string;
  /** `2026-11-23` */
  readonly date: string;
  /** ISO weekday, 1 = Monday. */
  readonly weekday: number;
  /** Milliseconds of the wall clock since 00:00. */
  readonly timeOfDayMs: number;
  /** `Mon 2026-11-23 07:59:59` */
  readonly text: string;
}

export function localTime(at: Date, zone: string): LocalTime {
  const local = DateTime.fromJSDate(at, { zone }).setLocale('en');
  if (!local.isValid) throw new RangeError(`no time zone ${zone}`);
  return {
    zone,
    date: local.toFormat('yyyy-MM-dd'),
    weekday: local.weekday,
    timeOfDayMs: ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.millisecond,
    text: local.toFormat('ccc yyyy-MM-dd HH:mm:ss'),
  };
}

/** The instant at which a wall clock in `zone` first shows `HH:mm` on the date `days` after `at`'s. */
export function localInstant(at: Date, zone: string, days: number, clock: string): Date {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return DateTime.fromJSDate(at, { zone })
    .startOf('day')
    .plus({ days: hour === 24 ? days + 1 : days })
    .set({ hour: hour === 24 ? 0 : hour, minute })
    .toJSDate();
}

/** `HH:mm` in milliseconds since 00:00; `24:00` is the end of the day. */
export function clockMs(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
}
