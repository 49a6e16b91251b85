import { z } from 'zod';
import type { OptionTerms } from './option';

const minor = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,18})$/)
  .transform(BigInt);
const days = z.number().int();

/** Reads the terms of an offer as they were kept: plainOf() of them. */
export const keptOptionTerms: z.ZodType<OptionTerms> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pay_full'), amountMinor: minor }),
  z.object({ kind: z.literal('pay_part'), amountMinor: minor, restMinor: minor }),
  z.object({
    kind: z.literal('reschedule'),
    instalment: z.number().int(),
    amountMinor: minor,
    feeMinor: minor,
    fromInDays: days,
    toInDays: days,
  }),
  z.object({
    kind: z.literal('plan'),
    amountMinor: minor,
    firstInDays: days,
    instalmentsMinor: z.array(minor),
  }),
  z.object({
    kind: z.literal('deferment'),
    amountMinor: minor,
    days,
    checkInDays: days,
    interestMinor: minor,
    needsEvidence: z.boolean(),
  }),
  z.object({
    kind: z.literal('settlement'),
    payMinor: minor,
    withinDays: days,
    waived: z.object({
      principalMinor: minor,
      interestMinor: minor,
      penaltyMinor: minor,
      feeMinor: minor,
    }),
  }),
]);
