import { z } from 'zod';
import type { FieldProblem } from './field-problem';

/** When the person gets money; a day beyond a month's end is its last day. */
export const paydayInput = z.strictObject({
  kind: z.enum(['monthly', 'weekly', 'irregular']),
  day: z
    .number()
    .int()
    .min(1)
    .max(31)
    .optional()
    .describe('monthly: of the month; weekly: ISO weekday, 1 is Monday; irregular: left out'),
  source: z.enum(['stated', 'employer']).default('stated'),
});
export type PaydayInput = z.output<typeof paydayInput>;

/** What does not fit together, or null. */
export function checkPayday({ kind, day }: PaydayInput): FieldProblem | null {
  if (kind === 'irregular') {
    return day === undefined
      ? null
      : { field: 'day', reason: 'does not belong to irregular', accepted: 'leave it out' };
  }
  const most = kind === 'weekly' ? 7 : 31;
  if (day !== undefined && day <= most) return null;
  const reason = day === undefined ? `${kind} needs it` : `is no day of ${kind} pay`;
  return { field: 'day', reason, accepted: `1 to ${most}` };
}
