/**
 * The calendar date of an instant in the creditors' books: they are kept in Jakarta's time, whatever zone
 * the database's server stands in. Every count of days rests on it; when a person may be called is decided
 * by the person's own zone, elsewhere. `booksDateAt` in the domain is the same of a `Date`.
 * @param at an SQL expression of an instant
 */
export const booksDate = (at: string): string => `(${at} at time zone 'Asia/Jakarta')::date`;

/** Today, in the books. */
export const BOOKS_DATE = booksDate('now()');
