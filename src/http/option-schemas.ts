import { z } from 'zod';
import type { KeptOptions } from '../db/option-sets';
import { plainOf } from '../domain/option-facts';
import {
  AUTHORITIES,
  OPTION_REASONS,
  OPTION_REFUSALS,
  REASON_WORDS,
  REFUSAL_WORDS,
} from '../domain/option';
import { OPTION_KINDS } from '../domain/option-kind';
import { keepingAnswer, keepingView } from './keeping-view';
import { saidText } from './said-text';
import { sayOffer } from '../domain/say-offer';
import { currency, id, instant, isoDate, minorUnits } from './schemas';

const days = z.number().int();

const amounts = z.object({
  principalMinor: minorUnits,
  interestMinor: minorUnits,
  penaltyMinor: minorUnits,
  feeMinor: minorUnits,
});

const terms = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('pay_full'), amountMinor: minorUnits }),
    z.object({ kind: z.literal('pay_part'), amountMinor: minorUnits, restMinor: minorUnits }),
    z.object({
      kind: z.literal('reschedule'),
      instalment: z.number().int(),
      amountMinor: minorUnits,
      feeMinor: minorUnits,
      fromInDays: days,
      toInDays: days,
    }),
    z.object({
      kind: z.literal('plan'),
      amountMinor: minorUnits,
      firstInDays: days,
      instalmentsMinor: z.array(minorUnits).describe('Monthly from the first on'),
    }),
    z.object({
      kind: z.literal('deferment'),
      amountMinor: minorUnits,
      days,
      checkInDays: days,
      interestMinor: minorUnits.describe('What interest the days add'),
      needsEvidence: z.boolean(),
    }),
    z.object({
      kind: z.literal('settlement'),
      payMinor: minorUnits,
      withinDays: days,
      waived: amounts.describe('Given up when it is paid in time'),
    }),
  ])
  .describe('Days are counted from `today`');

export const optionsAnswer = z.object({
  id,
  today: isoDate.describe('Where the account is'),
  currency,
  policyVersion: z.number().int(),
  factsHash: z.string().describe('Equal facts under one policy version have equal options'),
  allowed: z
    .array(
      z.object({
        offerId: id,
        rank: z.number().int(),
        kind: z.enum(OPTION_KINDS),
        terms,
        said: saidText.describe('The offer as it is said: amounts and dates, generated'),
        costMinor: z
          .string()
          .nullable()
          .describe(
            'To the lender, against being paid today; integer minor units, as text; null: the creditor’s policy shows it to higher roles alone',
          ),
        strainPercent: z
          .number()
          .int()
          .nullable()
          .describe('Share of a month’s disposable income; null: the ability is not known'),
        approval: z
          .enum(AUTHORITIES)
          .exclude(['agent'])
          .nullable()
          .describe('Whose word it needs; null: nobody’s'),
        validUntil: instant,
        keeping: keepingAnswer,
        reasons: z.array(z.object({ code: z.enum(OPTION_REASONS), said: saidText })),
      }),
    )
    .describe('Best first; all of them are to be told. None: a supervisor is asked'),
  refused: z.array(
    z.object({
      kind: z.enum(OPTION_KINDS),
      reason: z.enum(OPTION_REFUSALS),
      said: saidText,
    }),
  ),
});

export function optionsView(kept: KeptOptions): z.output<typeof optionsAnswer> {
  const { id: setId, today, policyVersion, factsHash, currency: money, showsCost } = kept;
  return {
    ...{ id: setId, today, currency: money, policyVersion, factsHash },
    allowed: kept.allowed.map((option) => ({
      ...{ offerId: option.offerId, rank: option.rank, kind: option.kind },
      terms: plainOf(option.terms) as z.output<typeof terms>,
      said: sayOffer(option.terms, { today, currency: money }),
      costMinor: showsCost ? option.costMinor.toString() : null,
      ...{ strainPercent: option.strainPercent, approval: option.approval },
      validUntil: option.validUntil,
      keeping: keepingView(option.keeping),
      reasons: option.reasons.map((code) => ({ code, said: REASON_WORDS[code] })),
    })),
    refused: kept.refused.map(({ kind, reason }) => ({
      kind,
      reason,
      said: REFUSAL_WORDS[reason],
    })),
  };
}
