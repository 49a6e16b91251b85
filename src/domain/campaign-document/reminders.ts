import { z } from 'zod';
import { accountFilter, type AccountFilter } from './account-filter';

/** Calls before the due date. Without them nobody is called whose debt is not past due. */
export interface Reminders {
  /** From so many days before the due date to the date itself. */
  readonly daysBeforeDue: number;
  /** Which of them; `{}`: every account of the creditor. */
  readonly accounts: AccountFilter;
}

export const reminders: z.ZodType<Reminders> = z.strictObject({
  daysBeforeDue: z
    .int({ error: 'whole days' })
    .min(0)
    .max(30)
    .describe('From so many days before the due date to the date itself'),
  accounts: accountFilter,
});
