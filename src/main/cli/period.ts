import { InvalidArgumentError } from 'commander';

/** `2026-11-01`, its first instant in UTC, or an instant with its offset. @throws InvalidArgumentError */
export function instantOption(text: string): Date {
  const date = /^\d{4}-\d\d-\d\d$/.test(text);
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = new Date(date ? `${text}T00:00:00Z` : text);
  if ((!date && !instant) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'a date, 2026-11-01 (UTC), or an instant, 2026-11-01T08:00+07:00.',
    );
  }
  return at;
}
