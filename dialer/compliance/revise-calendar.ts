import type { FieldProblem } from '../../src/domain/field-problem';
import type { Calendar, CalendarDay } from './calendar';

/** Days on top of a revision; what it has stays. */
export interface CalendarChange {
  /** By local date; a day that is there is replaced. */
  readonly add?: Readonly<Record<string, CalendarDay>>;
  /** Dates that are days as any other from now on; the entry stays and says so. */
  readonly cancel?: readonly string[];
  /** Years that are known from now on. */
  readonly coverYears?: readonly number[];
}

type Days = Pick<Calendar, 'years' | 'entries'>;

/** The whole calendar after a change, or what stands against the change. Pure. */
export function reviseCalendar(
  from: Calendar,
  { add = {}, cancel = [], coverYears = [] }: CalendarChange,
): { readonly days: Days; readonly problems: readonly FieldProblem[] } {
  const years = [...new Set([...from.years, ...coverYears])].sort((a, b) => a - b);
  const problems = [
    ...addedProblems(Object.keys(add), years),
    ...cancel.flatMap((date) => cancelProblem(date, from, add)),
  ];
  if (Object.keys(add).length + cancel.length + coverYears.length === 0) {
    problems.push({
      field: 'add',
      reason: 'changes nothing',
      accepted: 'add, cancel or coverYears',
    });
  }
  const entries = { ...from.entries, ...add };
  for (const date of problems.length === 0 ? cancel : []) {
    const entry = entries[date] ?? 'national';
    entries[date] = {
      ...(typeof entry === 'string' ? { type: entry } : entry),
      status: 'cancelled',
    };
  }
  return { days: { years, entries }, problems };
}

function addedProblems(dates: readonly string[], years: readonly number[]): FieldProblem[] {
  return dates
    .filter((date) => !years.includes(Number(date.slice(0, 4))))
    .map((date) => ({
      field: `add.${date}`,
      reason: 'lies in a year that the calendar does not cover',
      accepted: `${years.join(', ')}; or name the year in coverYears, with all of its days`,
    }));
}

function cancelProblem(
  date: string,
  from: Calendar,
  add: Readonly<Record<string, CalendarDay>>,
): FieldProblem[] {
  const added = add[date] !== undefined;
  if (from.entries[date] !== undefined && !added) return [];
  const reason = added ? `${date} is added as well` : `${date} is not in the calendar`;
  return [{ field: 'cancel', reason, accepted: 'dates of entries' }];
}

/**
 * Days off from `today` on that `to` does not have any more and does not say so: only an estimate
 * may go silently, any other day is cancelled by name.
 * @param today local date, `2026-11-23`
 */
export function lostDays(from: Days, to: Days, today: string): string[] {
  return Object.entries(from.entries)
    .filter(([date, entry]) => {
      const status = typeof entry === 'string' ? 'firm' : (entry.status ?? 'firm');
      return date >= today && status === 'firm' && to.entries[date] === undefined;
    })
    .map(([date]) => date);
}
