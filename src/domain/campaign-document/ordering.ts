import { z } from 'zod';
import { accountFilter, type AccountFilter } from './account-filter';

/** What weighs how much when several accounts are due; 0 leaves it out. */
export interface OrderingWeights {
  /** Amount due. */
  readonly amountDue: number;
  readonly daysPastDue: number;
  /** A promise that is due or broken. */
  readonly promise: number;
  /** Each hour that the account has been due, so that nobody starves. */
  readonly waiting: number;
}

export const USUAL_ORDERING: OrderingWeights = {
  amountDue: 1,
  daysPastDue: 1,
  promise: 1,
  waiting: 1,
};

export function orderingWeights(given: Partial<OrderingWeights> = {}): OrderingWeights {
  return { ...USUAL_ORDERING, ...given };
}

/** A named part of a campaign's accounts; an account is in the first that takes it. */
export interface Segment {
  readonly name: string;
  readonly accounts: AccountFilter;
}

const weight = z.number({ error: 'a number from 0 to 10' }).min(0).max(10);

export const ordering: z.ZodType<Partial<OrderingWeights>> = z
  .strictObject({
    amountDue: weight.exactOptional(),
    daysPastDue: weight.exactOptional(),
    promise: weight.exactOptional(),
    waiting: weight.exactOptional(),
  })
  .describe('What weighs how much when several accounts are due; absent: 1, 0 leaves it out');

export const segment: z.ZodType<Segment> = z.strictObject({
  name: z
    .string({ error: 'a name' })
    .regex(/^\S(.{0,78}\S)?$/u, '1 to 80 characters without spaces at the ends'),
  accounts: accountFilter,
});
