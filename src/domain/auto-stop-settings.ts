import { z } from 'zod';
import { AUTO_STOP_DEFAULTS } from './auto-stop';

const percent = z.number().int().min(0).max(100);
const count = z.number().int().min(1).max(1_000);
const { answerRate, abandonment, wrongParty } = AUTO_STOP_DEFAULTS;

/** Part of a campaign's settings: when it pulls its own kill switch. */
export const autoStopSettings = z
  .strictObject({
    answerRate: z
      .strictObject({
        calls: count.default(answerRate.calls).describe('Latest calls that are looked at'),
        minPercentOfMean: percent
          .default(answerRate.minPercentOfMean)
          .describe('Least answer rate, in percent of the mean of the last 7 days'),
        minHistory: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .default(answerRate.minHistory)
          .describe('Calls that the mean must rest on'),
      })
      .nullable(),
    abandonment: z
      .strictObject({
        answered: count.default(abandonment.answered).describe('Latest answered calls'),
        minAnswered: count.default(abandonment.minAnswered).describe('Fewer say nothing'),
        maxPercent: percent.default(abandonment.maxPercent),
      })
      .refine(({ answered, minAnswered }) => minAnswered <= answered, {
        path: ['minAnswered'],
        error: 'is more than answered, so the rule would never speak',
      })
      .nullable(),
    wrongParty: z
      .strictObject({
        talks: count.default(wrongParty.talks).describe('Latest talks with an outcome'),
        maxPercent: percent.default(wrongParty.maxPercent),
      })
      .nullable(),
  })
  .partial()
  .describe('When the campaign stops by itself. An absent rule: its usual limits; null: never');
