import type { Database } from '../src/db/database';
import { appendEvent } from '../src/db/events';
import { claimCalendarAlarm, readRulesInUse } from '../src/db/rules-in-use';
import { calendarGaps, calendarsInUse, type CalendarGap } from './compliance/calendar-alarm';
import type { RuleStore } from './rule-store';

export interface CalendarWatch {
  /** Every gap there is. */
  readonly gaps: readonly CalendarGap[];
  /** Those that nobody was told of for a day: worth a line in the log. */
  readonly toTell: readonly CalendarGap[];
}

/**
 * Looks whether a calendar in use ends soon: a year that is missing stops every call that reads it.
 * Tells of each gap once a day, over all processes, by an event.
 */
export async function watchCalendars(
  db: Database,
  rules: RuleStore,
  now: Date,
): Promise<CalendarWatch> {
  const { packs, calendars } = await rules.bindingAt(db, now);
  const inUse = calendarsInUse(
    packs.map(({ pack }) => pack),
    await readRulesInUse(db),
  );
  const bodies = calendars.map(({ calendar }) => calendar);
  const gaps = calendarGaps(bodies, inUse, now.toISOString().slice(0, 10));
  const toTell: CalendarGap[] = [];
  for (const gap of gaps) {
    await db.transaction(async (tx) => {
      if (!(await claimCalendarAlarm(tx, gap))) return;
      await appendEvent(tx, { type: 'calendar.year_missing', payload: { ...gap } });
      toTell.push(gap);
    });
  }
  return { gaps, toTell };
}
