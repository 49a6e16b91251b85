import { z } from 'zod';

/** The daily risk score and what it sets off. Every field has its default. */
export const riskPolicy = z.strictObject({
  score: z.boolean().default(true).describe('Whether people are scored at all'),
  suggest: z
    .boolean()
    .default(true)
    .describe('Whether a rise of the band suggests something to a person, who decides'),
});
export type RiskPolicy = z.output<typeof riskPolicy>;
