import { z } from 'zod';
import { VULNERABILITIES, type Vulnerability } from '../case-kind';
import { LEAST_CONTACT_GAP_DAYS, USUAL_TREATMENTS, type Treatment } from '../treatment';

const days = (max: number) => z.int().min(1).max(max);

const treatment = (usual: Treatment) =>
  z
    .strictObject({
      pauseDays: z.int().min(0).max(365).default(usual.pauseDays).describe('No contact at all'),
      contactGapDays: z
        .int()
        .min(LEAST_CONTACT_GAP_DAYS)
        .max(365)
        .default(usual.contactGapDays)
        .describe('After that at most one contact in so many days, by call or message'),
      reviewDays: days(730).default(usual.reviewDays).describe('Looked at again after these'),
    })
    .prefault({});

const treatments = Object.fromEntries(
  VULNERABILITIES.map((one) => [one, treatment(USUAL_TREATMENTS[one])]),
) as Record<Vulnerability, ReturnType<typeof treatment>>;

/** Disputes, hardship, complaints, and how a good payer is treated. Every field has its default. */
export const protectionPolicy = z.strictObject({
  answerWorkingDays: z
    .int()
    .min(1)
    .max(20)
    .default(10)
    .describe('A dispute, a complaint or another case is answered within these working days'),
  calendar: z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9-]{1,31}$/, 'ID')
    .default('ID')
    .describe('Whose public holidays and joint leave are no working days'),
  officeZone: z
    .string()
    .refine((zone) => {
      try {
        return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
      } catch {
        return false;
      }
    }, 'an IANA time zone, Asia/Jakarta')
    .default('Asia/Jakarta')
    .describe('Where the working days are counted'),
  hardshipReviewDays: days(365)
    .default(60)
    .describe('Hardship that was granted is looked at again after these'),
  vulnerability: z.strictObject(treatments).prefault({}),
  abuseCoolDownDays: days(90)
    .default(7)
    .describe('How long a person who abused an agent is left in peace'),
  softGapDays: days(30).default(3).describe('A good payer is called at most once in so many days'),
  surveyPct: z
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe('Of the talks with the right party, how many are followed by one question'),
});
export type ProtectionPolicy = z.output<typeof protectionPolicy>;
