import { z } from 'zod';

/** What a date or an instant of the right form is told whose day no calendar has. */
export const NO_SUCH_DAY = 'there is no such day';

/** Does a text of the right form begin with a day, `yyyy-mm-dd`, that no calendar has? */
export function namesNoDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d(?!\d)/.test(text) && !isDay(text.slice(0, 10));
}

/** A day of the calendar, `yyyy-mm-dd`. */
export function isDay(text: string): boolean {
  return z.iso.date().safeParse(text).success;
}

/** In zod's words, of which the expected is shown. */
const missing = (expected: string): string =>
  `Invalid input: expected ${expected}, received undefined`;

/** What is accepted, by zod's names of the forms. */
export const FORMS = {
  uuid: 'a UUID',
  date: 'a date, 2026-12-01',
  datetime: 'an instant with its offset, 2026-12-01T09:30:00+07:00 or …Z',
} as const;

type Form = keyof typeof FORMS;
type Refused = { readonly code?: string | undefined; readonly input?: unknown };

/** Undefined: zod's own words. */
function wordsOf(form: Form, sound: z.ZodType): (issue: Refused) => string | undefined {
  return ({ code, input }) => {
    if (code === 'invalid_type' && input === undefined) return missing(FORMS[form]);
    if (code !== 'invalid_format' || typeof input !== 'string' || form === 'uuid') return undefined;
    // with another day it would do: the day is what is wrong
    const another = input.replace(/^\d{4}-\d\d-\d\d/, '2000-01-01');
    return sound.safeParse(another).success ? NO_SUCH_DAY : undefined;
  };
}

/** In questions and rows: an id. */
export const givenId = z.uuid({ error: wordsOf('uuid', z.uuid()) });
/** A day, `yyyy-mm-dd`. */
export const givenDate = z.iso.date({ error: wordsOf('date', z.iso.date()) });
/** An instant in any offset. */
export const givenInstant = z.iso.datetime({
  offset: true,
  error: wordsOf('datetime', z.iso.datetime({ offset: true })),
});
