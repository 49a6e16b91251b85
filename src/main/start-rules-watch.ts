import { Gauge } from 'prom-client';
import { watchCalendars } from '../../dialer/watch-calendars';
import { releaseWaitingAccounts } from '../db/waiting-accounts';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const RELEASE_INTERVAL_MS = 1_000;
const WATCH_INTERVAL_MS = 3_600_000;

/** What follows from rules that begin to bind, or that end, although nobody asks. */
export function startRulesWatch(context: RoleContext): Repeating {
  const releasing = startReleasing(context);
  const watching = startCalendarWatch(context);
  return {
    stop: async () => {
      await Promise.all([releasing.stop(), watching.stop()]);
    },
  };
}

/** Apart from the sweep, whose limits cannot wait for a hundred thousand accounts. */
function startReleasing({ db, log }: RoleContext): Repeating {
  return repeat(
    RELEASE_INTERVAL_MS,
    async () => {
      const released = await releaseWaitingAccounts(db);
      if (released > 0) log.info({ released }, 'accounts that waited on other rules are due');
    },
    (error) => {
      log.error({ err: error }, 'accounts that wait on other rules could not be released');
    },
  );
}

/** Tells early that a calendar ends: a year that nobody entered stops every call that reads it. */
function startCalendarWatch({ db, gate, log, registry }: RoleContext): Repeating {
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
