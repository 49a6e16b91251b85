import { DateTime } from 'luxon';

/** Creditors' books are kept in Jakarta's time, wherever a process or a person is. @returns `yyyy-mm-dd` */
export function booksDateAt(now: Date): string {
  return DateTime.fromJSDate(now, { zone: 'Asia/Jakarta' }).toFormat('yyyy-MM-dd');
}
