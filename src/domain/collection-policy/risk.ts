import { z } from 'zod';

/** The daily risk score and what it sets off. Every field has its default. */
export const riskPolicy = z.strictObject({});
export type RiskPolicy = z.output<typeof riskPolicy>;
