import { z } from 'zod';
import { ATTEMPT_RESULTS } from '../domain/attempt-result';
import { OUTCOME_CODES } from '../domain/outcome-code';
import { currency, id, minorUnits } from './schemas';
import { uplift } from './uplift-view';

const count = z.number().int();
const rate = z.number().nullable();

/** The report of a campaign as it is shown; see db/campaign-report for what each figure means. */
export const campaignReport = z.object({
  campaignId: id,
  attempts: count,
  openAttempts: count,
  dialed: count.describe('An INVITE left, or may have left'),
  attemptsByResult: z.partialRecord(z.enum(ATTEMPT_RESULTS), count),
  outcomesByCode: z.partialRecord(z.enum(OUTCOME_CODES), count),
  answered: count.describe('Joined to an agent or not'),
  connected: count,
  abandoned: count,
  rightPartyContacts: count,
  outcomesMissing: count.describe('Talks without a recorded outcome'),
  answerRate: rate.describe('answered / dialed'),
  rightPartyContactRate: rate.describe('rightPartyContacts / dialed'),
  abandonmentRate: rate.describe('abandoned / answered'),
  talkSecondsAverage: z.number().nullable(),
  promises: z.array(z.object({ currency, count, amountMinor: minorUnits })),
  refusals: count.describe('Times that the gate said no'),
  bestTime: uplift.describe('The best-time model beside its control group'),
});
