import { z } from 'zod';

const count = z.number().int();
const rate = z.number().nullable();

const arm = z.object({
  people: count,
  dials: count,
  contacts: count,
  per1000: rate,
  low: rate,
  high: rate,
});

/** The model beside its control group; low and high are 95 % intervals over people. */
export const uplift = z.object({
  model: arm,
  control: arm,
  per1000: rate.describe('Model less control, right-party contacts per 1,000 dials'),
  low: rate,
  high: rate,
  verdict: z.enum(['not_enough_data', 'undecided', 'positive', 'negative']),
});
