import { DateTime } from 'luxon';
import { z } from 'zod';
import type { AgreementKind, OptionTerms } from './option';

const minor = z.string().regex(/^(0|[1-9][0-9]{0,18})$/);
const isoDate = z.iso.date();

/** One payment that was agreed on: a promise of its own. */
const agreedPayment = z.object({
  number: z.number().int().min(1),
  dueDate: isoDate,
  amountMinor: minor,
});
export type AgreedPayment = z.output<typeof agreedPayment>;

/**
 * What was agreed, with dates of the account's calendar; integer minor units as text, so that what is
 * kept, hashed and answered is the same to the byte.
 */
export const agreementTerms = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('plan'),
    amountMinor: minor,
    payments: z.array(agreedPayment).min(2).max(12),
  }),
  z.object({
    kind: z.literal('reschedule'),
    instalment: z.number().int().describe('Number of the instalment whose due date moves'),
    fromDueDate: isoDate,
    feeMinor: minor.describe('Owed from then on; the payment includes it'),
    payments: z.array(agreedPayment).length(1),
  }),
  z.object({
    kind: z.literal('deferment'),
    amountMinor: minor,
    from: isoDate,
    until: isoDate.describe('Its last day'),
    checkInOn: isoDate,
    interestMinor: minor.describe('What interest the days add'),
    reason: z.string(),
    hasEvidence: z.boolean(),
  }),
  z.object({
    kind: z.literal('settlement'),
    payments: z.array(agreedPayment).length(1),
    waived: z.object({
      principalMinor: minor,
      interestMinor: minor,
      penaltyMinor: minor,
      feeMinor: minor,
    }),
    writeOffMinor: minor.describe('Given up when it is paid in time'),
  }),
]);
export type AgreementTerms = z.output<typeof agreementTerms>;

/** What the agent adds to the terms of a deferment. */
export interface DefermentWords {
  readonly reason: string;
  readonly hasEvidence: boolean;
}

/** The days of an offer as dates. @param today ISO date, where the account is */
export function dateTerms(
  terms: Extract<OptionTerms, { kind: AgreementKind }>,
  today: string,
  words: DefermentWords,
): AgreementTerms {
  const day = (inDays: number): string => addDays(today, inDays);
  switch (terms.kind) {
    case 'plan':
      return {
        kind: 'plan',
        amountMinor: terms.amountMinor.toString(),
        payments: terms.instalmentsMinor.map((amount, index) => ({
          number: index + 1,
          dueDate: addMonths(day(terms.firstInDays), index),
          amountMinor: amount.toString(),
        })),
      };
    case 'reschedule':
      return {
        kind: 'reschedule',
        instalment: terms.instalment,
        fromDueDate: day(terms.fromInDays),
        feeMinor: terms.feeMinor.toString(),
        payments: [payment(day(terms.toInDays), terms.amountMinor + terms.feeMinor)],
      };
    case 'deferment':
      return {
        kind: 'deferment',
        amountMinor: terms.amountMinor.toString(),
        from: today,
        until: day(terms.days),
        checkInOn: day(terms.checkInDays),
        interestMinor: terms.interestMinor.toString(),
        ...words,
      };
    case 'settlement': {
      const { principalMinor, interestMinor, penaltyMinor, feeMinor } = terms.waived;
      return {
        kind: 'settlement',
        payments: [payment(day(terms.withinDays), terms.payMinor)],
        waived: {
          principalMinor: principalMinor.toString(),
          interestMinor: interestMinor.toString(),
          penaltyMinor: penaltyMinor.toString(),
          feeMinor: feeMinor.toString(),
        },
        writeOffMinor: (principalMinor + interestMinor + penaltyMinor + feeMinor).toString(),
      };
    }
  }
}

/** The payments that were agreed on; none: a deferment. */
export function paymentsOf(terms: AgreementTerms): readonly AgreedPayment[] {
  return terms.kind === 'deferment' ? [] : terms.payments;
}

const payment = (dueDate: string, amountMinor: bigint): AgreedPayment => ({
  number: 1,
  dueDate,
  amountMinor: amountMinor.toString(),
});

function addDays(isoDay: string, days: number): string {
  return DateTime.fromISO(isoDay, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
}

/** The same day of a later month, or its last: the 31st becomes the 30th, and the 31st again. */
function addMonths(isoDay: string, months: number): string {
  return DateTime.fromISO(isoDay, { zone: 'utc' }).plus({ months }).toFormat('yyyy-MM-dd');
}
