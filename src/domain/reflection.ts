import { z } from 'zod';
import { TRIGGERS } from './conflict-trigger';

const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'in one line');

/** What the agent writes after a conflict: nobody is blamed in it, something is learnt. */
export const reflectionInput = z.strictObject({
  whatHappened: text(2_000),
  trigger: z.enum(TRIGGERS),
  whatWorked: text(1_000).describe('What calmed it, or what would have'),
  prevention: z.strictObject({
    action: text(1_000).describe('So that it does not come again'),
    owner: z
      .string()
      .regex(
        /^(role:(supervisor|manager)|agent:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
        'role:supervisor, role:manager or agent:<id>',
      ),
    dueOn: z.iso.date(),
  }),
});
export type ReflectionInput = z.output<typeof reflectionInput>;

/** By whoever leads: read, talked about, and what others may learn of it. */
export const signOffInput = z.strictObject({
  lesson: text(300)
    .optional()
    .describe('Shown to the next agent at a similar call: no names and no numbers'),
});
export type SignOffInput = z.output<typeof signOffInput>;
