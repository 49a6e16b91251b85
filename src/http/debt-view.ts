import { z } from 'zod';
import { BUCKET_NAMES } from '../domain/campaign-document/account-filter';
import { currency, id, instantText, isoDate, minorUnits } from './schemas';

/** What is owed, as answers say it: domain/debt-record. */
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
  asOf: instantText,
  instalments: z.array(
    z.object({
      id,
      number: z.number().int(),
      dueDate: isoDate,
      outstandingMinor: minorUnits,
      principalMinor: minorUnits,
      interestMinor: minorUnits,
      penaltyMinor: minorUnits,
      feeMinor: minorUnits,
    }),
  ),
});
