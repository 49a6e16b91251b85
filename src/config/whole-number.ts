import { z } from 'zod';

/**
 * Numbers are read from digits alone: `z.coerce.number` takes "" for 0 and "0x10" for 16.
 * The default is given as text too, so that it is read like any other value.
 */
export function wholeNumber(min: number, max: number, what: string) {
  return z
    .string()
    .regex(/^\d{1,9}$/, `is not ${what}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `is not ${what}`);
}
