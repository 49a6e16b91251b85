import { z } from 'zod';

const wholeDays = (min: number, max: number) => z.number().int().min(min).max(max);
const localTime = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a local time, 09:00')
  .describe('At the debtor, 24 hours');

/** What a promise to pay may be, and when it is decided. Every field has its default. */
export const promisePolicy = z.strictObject({
  graceDays: wholeDays(0, 14)
    .default(1)
    .describe('Local days after the due date in which money is still in time'),
  thresholdPercent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(90)
    .describe('A promise is kept when this share of it came in time'),
  horizonDays: wholeDays(0, 60)
    .default(7)
    .describe('A promise may be due so many days ahead, of an account up to 30 days past due'),
  lateHorizonDays: wholeDays(0, 60)
    .default(14)
    .describe('The same, of an account more than 30 days past due'),
  brokenBeforeApproval: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(2)
    .describe('After so many broken promises of an account a new one needs a supervisor’s yes'),
  brokenWithinDays: wholeDays(1, 1_095)
    .default(365)
    .describe('Broken promises of so many days count'),
  approvalHours: z
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('A promise that nobody has approved by then is cancelled'),
  remindDayBeforeAt: localTime.nullable().default('10:00').describe('Message; null: none'),
  remindOnDayAt: localTime.nullable().default('09:00').describe('Message; null: none'),
});
export type PromisePolicy = z.output<typeof promisePolicy>;
