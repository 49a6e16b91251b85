import type { Calendar } from './calendar';
import type { RulePack } from './rule-pack';
import { lawLayer } from './stack';

/** A year in which a calendar cannot be relied upon. */
export interface CalendarGap {
  readonly calendarId: string;
  readonly year: number;
  /** `missing`: every rule that reads the year denies. `estimated`: days of it are guesses. */
  readonly reason: 'missing' | 'estimated';
}

/** What creditors and campaigns call for. */
export interface RulesInUse {
  /** Countries of creditors: the law of these applies. */
  readonly countries: readonly string[];
  /** Packs that creditors, and campaigns that are not done, name. */
  readonly packIds: readonly string[];
}

/** Ids of the calendars that a rule may read in some call. */
export function calendarsInUse(packs: readonly RulePack[], inUse: RulesInUse): string[] {
  const applies = (pack: RulePack): boolean =>
    inUse.packIds.includes(pack.id) ||
    (lawLayer(pack) !== null && inUse.countries.includes(pack.jurisdiction.slice(0, 2)));
  const ids = packs
    .filter(applies)
    .flatMap(({ rules }) =>
      rules.flatMap((rule) => (rule.kind === 'holiday' ? rule.calendar : [])),
    );
  return [...new Set(ids)].sort();
}

/** Next year's days are decreed in autumn: from the first of this month on they should be there. */
const NEXT_YEAR_DUE_MONTH = 11;

/**
 * The years that somebody has to see to today: this one, and from 1 November the next. Pure.
 * @param today local date, `2026-11-23`
 */
export function calendarGaps(
  calendars: readonly Calendar[],
  inUse: readonly string[],
  today: string,
): CalendarGap[] {
  const year = Number(today.slice(0, 4));
  const due = Number(today.slice(5, 7)) >= NEXT_YEAR_DUE_MONTH ? [year, year + 1] : [year];
  return inUse.flatMap((calendarId) => {
    const calendar = calendars.find(({ id }) => id === calendarId);
    return due.flatMap((one) => {
      const reason = gapOf(calendar, one);
      return reason === null ? [] : [{ calendarId, year: one, reason }];
    });
  });
}

/** What is wrong with a year of a calendar; null: nothing. */
export function gapOf(calendar: Calendar | undefined, year: number): CalendarGap['reason'] | null {
  if (calendar?.years.includes(year) !== true) return 'missing';
  const guessed = Object.entries(calendar.entries).some(
    ([date, entry]) =>
      date.startsWith(`${year}-`) && typeof entry !== 'string' && entry.status === 'estimated',
  );
  return guessed ? 'estimated' : null;
}
