import { z } from 'zod';
import { givenDate, givenId, givenInstant } from './given-forms';
import type { FieldProblem } from './field-problem';

/** Fields that holds, consents, preferences and contacts share. */
const line = (max: number, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^(?=.*\\S)[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u'),
      `1 to ${max} characters, ${what}`,
    );

export const factId = givenId;
export const factReason = line(500, 'in one line, not blank');
export const factEvidence = line(1_000, 'where the proof is: a recording, a letter, an attempt');
export const factInstant = givenInstant;
export const factDate = givenDate;
export const factNumber = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/, 'an E.164 number, +6281200001234');

/** Where a fact came from: with the source's own id for it, the same fact is written once. */
export const factOrigin = {
  source: z
    .string()
    .regex(/^[a-z0-9][a-z0-9:._-]{0,63}$/, '1 to 64 of a-z, 0-9 and :._-')
    .default('api')
    .describe('The system it comes from'),
  externalId: z
    .string()
    .regex(/^[!-~]{1,120}$/, '1 to 120 printable ASCII characters without spaces')
    .optional()
    .describe('Its id there; the same one again changes nothing'),
};

/** A fact of now may carry a clock that runs a little ahead of ours. */
const CLOCK_TOLERANCE_MS = 5_000;

export function inTheFuture(text: string, now: Date): boolean {
  return Date.parse(text) > now.getTime() + CLOCK_TOLERANCE_MS;
}

export function problem(field: string, reason: string, accepted: string): FieldProblem {
  return { field, reason, accepted };
}
