import { Gauge } from 'prom-client';
import { watchCalendars } from '../../dialer/watch-calendars';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const WATCH_INTERVAL_MS = 3_600_000;

/** Tells early that a calendar ends: a year that nobody entered stops every call that reads it. */
export function startCalendarWatch({ db, gate, log, registry }: RoleContext): Repeating {
  const missing = new Gauge({
    name: 'santun_calendar_missing_years',
    help: 'Years of calendars in use that are missing, or whose days are guesses: this one, and from 1 November the next',
    labelNames: ['calendar', 'reason'],
    registers: [registry],
  });
  return repeat(
    WATCH_INTERVAL_MS,
    async () => {
      const { gaps, toTell } = await watchCalendars(db, gate.rules, new Date());
      missing.reset();
      for (const { calendarId, reason } of gaps) missing.inc({ calendar: calendarId, reason });
      for (const gap of toTell) {
        log.warn(gap, `a year of a calendar is ${gap.reason}: propose a revision, and approve it`);
      }
    },
    (error) => {
      log.error({ err: error }, 'the calendars could not be looked at');
    },
  );
}
