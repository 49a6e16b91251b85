import { DateTime } from 'luxon';

const SATURDAY = 6;

/**
 * The end of the n-th working day after an instant, where the office is: Monday to Friday but for the
 * days off. A year that no calendar covers has none, which makes the deadline come earlier, not later.
 *
 * @param daysOff ISO dates
 * @param zone IANA
 */
export function endOfWorkingDay(
  from: Date,
  days: number,
  office: { readonly zone: string; readonly daysOff: ReadonlySet<string> },
): Date {
  let day = DateTime.fromJSDate(from, { zone: office.zone }).startOf('day');
  for (let left = days; left > 0;) {
    day = day.plus({ days: 1 });
    if (day.weekday < SATURDAY && !office.daysOff.has(day.toFormat('yyyy-MM-dd'))) left -= 1;
  }
  return day.endOf('day').toJSDate();
}
