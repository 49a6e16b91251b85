import { z } from 'zod';
import { BUCKET_NAMES } from '../domain/campaign-document/account-filter';
import { totalOf, type Debt } from '../domain/debt';
import { currency, id, instant, isoDate, minorUnits } from './schemas';

const components = {
  principalMinor: minorUnits,
  interestMinor: minorUnits,
  penaltyMinor: minorUnits,
  feeMinor: minorUnits,
};

/** What is owed, as answers say it. */
export const debtSchema = z.object({
  accountId: id,
  creditorId: id,
  currency,
  dueMinor: minorUnits.describe('What is due today or was before'),
  totalMinor: minorUnits.describe('All that is outstanding'),
  oldestDueDate: isoDate.nullable().describe('Null: nothing is owed'),
  daysPastDue: z.number().int().describe('Negative: not due yet'),
  bucket: z.enum(BUCKET_NAMES),
  zone: z.string().describe('IANA zone whose calendar counts the days'),
  asOf: instant,
  instalments: z.array(
    z.object({
      id,
      number: z.number().int(),
      dueDate: isoDate,
      outstandingMinor: minorUnits,
      ...components,
    }),
  ),
});

export function debtView(debt: Debt): z.output<typeof debtSchema> {
  const { instalments, dueMinor, totalMinor, ...same } = debt;
  return {
    ...same,
    dueMinor: dueMinor.toString(),
    totalMinor: totalMinor.toString(),
    instalments: instalments.map(({ outstanding, ...instalment }) => ({
      ...instalment,
      outstandingMinor: totalOf(outstanding).toString(),
      principalMinor: outstanding.principalMinor.toString(),
      interestMinor: outstanding.interestMinor.toString(),
      penaltyMinor: outstanding.penaltyMinor.toString(),
      feeMinor: outstanding.feeMinor.toString(),
    })),
  };
}
