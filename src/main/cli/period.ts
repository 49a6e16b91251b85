import { InvalidArgumentError } from 'commander';

/** A day of the calendar, `2026-11-01`. @throws InvalidArgumentError */
export function dayOption(text: string): string {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('a day of the calendar as yyyy-mm-dd, 2026-11-01.');
}

/** `2026-11-01`, its first instant in UTC, or an instant with its offset. @throws InvalidArgumentError */
export function instantOption(text: string): Date {
  const [day = '', time] = text.split('T');
  const hasTime =
    time !== undefined && /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(time);
  const at = new Date(time === undefined ? `${text}T00:00:00Z` : text);
  // the 30th of February would be taken for the 2nd of March
  if (!isDay(day) || (time !== undefined && !hasTime) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'a date, 2026-11-01 (UTC), or an instant, 2026-11-01T08:00+07:00.',
    );
  }
  return at;
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}
