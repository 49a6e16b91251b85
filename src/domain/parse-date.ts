import { refused, type Parsed } from './problem';

const accepted = 'year-month-day, 2026-11-05 (in a spreadsheet: the column as yyyy-mm-dd)';

/** A calendar date of a file: ISO 8601, of the years 1990 to 2100. */
export function parseDate(value: string): Parsed<string> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return refused(dateFault(value), accepted);
  const year = Number(value.slice(0, 4));
  if (year < 1990 || year > 2100) return refused('the year is out of range', accepted);
  const month = Number(value.slice(5, 7));
  const day = Number(value.slice(8));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return refused('no such day', accepted);
  }
  return { value };
}

/** Of what has happened. @param today `yyyy-mm-dd` */
export function parsePastDate(value: string, today: string): Parsed<string> {
  const parsed = parseDate(value);
  return 'value' in parsed && parsed.value > today
    ? refused('in the future', `a date up to ${today}`)
    : parsed;
}

function dateFault(value: string): string {
  if (/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/.test(value)) {
    return 'the day or the month first: 5/11 is two dates';
  }
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(value)) return 'a date with a time';
  if (/^[3-6]\d{4}(\.\d+)?$/.test(value)) return 'the number by which a spreadsheet keeps a date';
  return 'not a date in ISO 8601';
}

/** Day 0 of the next month is the last of this one. */
const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();
