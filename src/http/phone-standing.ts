import { z } from 'zod';
import { NUMBER_STATUSES } from '../domain/number-answer';
import { instant } from './schemas';

/** Fields that say whether a number is dialed, and why not. */
export const phoneStanding = {
  status: z
    .enum(['active', 'invalid', 'wrong_number', 'retired', 'doubtful'])
    .describe('doubtful: most likely somebody else’s by now, and not dialed'),
  invalidBy: z
    .enum(['network', 'look_up'])
    .nullable()
    .describe('Who said that it is invalid: a network when it was called, or a look-up'),
  lookUp: z
    .object({
      status: z.enum(NUMBER_STATUSES),
      operator: z.string().nullable().describe('Whose network it is in'),
      ported: z.boolean().nullable(),
      reassignedAt: instant.nullable().describe('When it was last given to somebody'),
      answeredAt: instant,
      validUntil: instant,
    })
    .nullable()
    .describe('The latest answer of a number look-up; null: none'),
};
