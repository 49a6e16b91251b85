import { z } from 'zod';
import { QUALITY_FIGURES } from '../domain/trunk-quality';
import { instant } from './schemas';

/** What is known of a trunk: whether it is there, and how well it does. */
export const health = z.object({
  state: z.enum(['up', 'down']).describe('A trunk that is down is not chosen'),
  since: instant,
  reason: z.string().nullable().describe('Why it is down'),
  misses: z.number().int().describe('Unanswered in a row; the third takes it down'),
  nextTrialAt: instant
    .nullable()
    .describe('It answers no calls: from then on one may try it, and two good ones bring it back'),
  probedAt: instant.nullable(),
  probeStatus: z.number().int().nullable().describe('Answer to the latest OPTIONS'),
  roundTripMs: z.number().int().nullable(),
  qualityAlarms: z
    .array(
      z.object({
        figure: z.enum(QUALITY_FIGURES),
        recent: z.number(),
        usual: z.number(),
      }),
    )
    .readonly()
    .describe('Of its latest calls, clearly worse than in its own latest week'),
  weightFactor: z.number().describe('Its weight is multiplied by it for that'),
});
