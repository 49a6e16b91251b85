import { z } from 'zod';
import { givenDate, givenId, givenInstant } from '../domain/given-forms';
import { seesWholeNumbers, type Role } from '../domain/role';
import { maskE164 } from '../domain/phone-owner';

export const id = givenId;
export const idParams = z.strictObject({ id });
/** In answers: an instant, UTC. */
export const instant = z.date();
/** In answers: an instant, UTC, that comes as text. */
export const instantText = z.iso.datetime();
/** In questions: an instant in any offset. */
export { givenInstant };
export const isoDate = givenDate;
export const daysPastDue = z
  .int()
  .describe(
    'By the creditor’s books, which are kept in Jakarta’s time; not above zero: not past due',
  );
export const debtorZones = z
  .array(z.string())
  .min(1)
  .describe(
    'IANA zones that the person may be in: the one they named, else their address’s, else all of the country. Say and take times of day in the first, with its name',
  );
export const minorUnits = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,17})$/, 'integer minor units as text, 150000')
  .describe('Integer minor units of the currency, as text');
export const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code, IDR');
export const e164 = z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'an E.164 number, +6281200001234');
/** Whole for managers and admins, masked for everybody else. */
export const shownNumber = z.string().describe('E.164; masked for supervisors and agents');
export const displayName = z
  .string()
  .regex(/^\S(.{0,118}\S)?$/u, '1 to 120 characters without spaces at the ends');

export function showNumber(number: string, role: Role): string {
  return seesWholeNumbers(role) ? number : maskE164(number);
}
/** Why somebody did it, kept beside what was done. */
/** What a place in a talk is marked with. */
export const markPhrase = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'one word of a-z, 0-9, underscore: complaint, promise, tension');
export const reasonText = z
  .string()
  .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,500}$/u, '1 to 500 characters in one line, not blank');
