import { DateTime } from 'luxon';
import { isDay, namesNoDay, NO_SUCH_DAY } from '../../../domain/given-forms';
import { InputError } from '../input-error';

const ACCEPTED =
  "Accepted: 2026-11-29T10:00, on the debtor's wall clock; or an instant, 2026-11-29T03:00Z, 2026-11-29T10:00+07:00.";

/**
 * The instants that a person means: one; two when the wall clock shows that time twice.
 * @throws InputError when it is no time, or the wall clock skips it
 */
export function momentsOf(text: string, zone: string): Date[] {
  const shape = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const iso = text.replace(' ', 'T');
  if (shape === null)
    throw new InputError(`--at: ${JSON.stringify(text)} is no date and time.`, ACCEPTED);
  const local = DateTime.fromISO(iso, { zone, setZone: false });
  if (!local.isValid) {
    const wrong = namesNoDay(text) ? NO_SUCH_DAY : 'there is no such time';
    throw new InputError(`--at: ${JSON.stringify(text)}: ${wrong}.`, ACCEPTED);
  }
  if (shape[3] !== undefined) return [local.toJSDate()];
  if (local.toFormat("yyyy-MM-dd'T'HH:mm") !== iso.slice(0, 16)) {
    throw new InputError(
      `--at: the clocks of ${zone} skip ${text}: they show ${local.toFormat("yyyy-MM-dd'T'HH:mm")} instead.`,
      ACCEPTED,
    );
  }
  return local.getPossibleOffsets().map((one) => one.toJSDate());
}

/** A date of the wall calendar. @throws InputError naming the option */
export function dateOf(option: string, text: string): string {
  if (isDay(text)) return text;
  const wrong = /^.{10}$/.test(text) && namesNoDay(text) ? `: ${NO_SUCH_DAY}` : ' is no date';
  throw new InputError(
    `${option}: ${JSON.stringify(text)}${wrong}.`,
    'Accepted: a date, 2026-11-23.',
  );
}

/** The instants at which `days` local days from `date` begin and end in the zone. */
export function localDays(date: string, days: number, zone: string): { from: string; to: string } {
  const start = DateTime.fromISO(date, { zone }).startOf('day');
  const instant = (at: DateTime): string => at.toJSDate().toISOString();
  return { from: instant(start), to: instant(start.plus({ days })) };
}

/** Monday of the week in which the date is. */
export function mondayOf(date: string): string {
  return DateTime.fromISO(date).startOf('week').toISODate() ?? date;
}

/** Today on that wall clock. */
export function todayIn(zone: string, now: Date): string {
  return DateTime.fromJSDate(now, { zone }).toFormat('yyyy-MM-dd');
}
