import { InvalidArgumentError } from 'commander';
import { isDay, namesNoDay, NO_SUCH_DAY } from '../../domain/given-forms';

/** A day of the calendar, `2026-11-01`. @throws InvalidArgumentError */
export function dayOption(text: string): string {
  if (isDay(text)) return text;
  const accepted = 'a day of the calendar as yyyy-mm-dd, 2026-11-01.';
  throw refusal(namesNoDay(text) && text.length === DAY_LENGTH, accepted);
}

const DAY_LENGTH = 'yyyy-mm-dd'.length;

/** `2026-11-01`, its first instant in UTC, or an instant with its offset. @throws InvalidArgumentError */
export function instantOption(text: string): Date {
  const [day = '', time] = text.split('T');
  const hasForm =
    time === undefined || /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(time);
  const at = new Date(time === undefined ? `${text}T00:00:00Z` : text);
  // the 30th of February would be taken for the 2nd of March
  if (!isDay(day) || !hasForm || Number.isNaN(at.getTime())) {
    const accepted = 'a date, 2026-11-01 (UTC), or an instant, 2026-11-01T08:00+07:00.';
    throw refusal(hasForm && day.length === DAY_LENGTH && namesNoDay(day), accepted);
  }
  return at;
}

/** @param noDay the form is right, and the day is what is wrong */
function refusal(noDay: boolean, accepted: string): InvalidArgumentError {
  return new InvalidArgumentError(noDay ? `${NO_SUCH_DAY}. Accepted: ${accepted}` : accepted);
}
