import { z } from 'zod';
import { COMPONENTS } from '../debt';

/** How a payment is divided over what is owed, and the quiet after it. Every field has its default. */
export const allocationPolicy = z.strictObject({
  order: z
    .array(z.enum(COMPONENTS))
    .refine(
      (order) => new Set(order).size === COMPONENTS.length && order.length === COMPONENTS.length,
      `name each of ${COMPONENTS.join(', ')} once`,
    )
    .default(['fee', 'penalty', 'interest', 'principal'])
    .describe('In which order components are paid; each is named once'),
  first: z
    .enum(['instalment', 'component'])
    .default('instalment')
    .describe(
      'instalment: the oldest instalment whole, then the next; component: the first component of all instalments, then the next',
    ),
  quietDaysAfterPayment: z
    .int()
    .min(0)
    .max(30)
    .default(2)
    .describe('No call about the account for so many days after any payment that leaves a rest'),
  thankByMessage: z
    .boolean()
    .default(false)
    .describe('A message of thanks for each payment; it counts as a contact'),
});
export type AllocationPolicy = z.output<typeof allocationPolicy>;
