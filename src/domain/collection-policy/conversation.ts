import { z } from 'zod';
import { AGENT_OUTCOME_CODES, ROOT_CAUSES } from '../outcome-code';

/** `off`: no guide. `asked`: what was not done is kept with the outcome. `required`: see outcome-needs. */
export const GUIDE_MODES = ['off', 'asked', 'required'] as const;
export type GuideMode = (typeof GUIDE_MODES)[number];

const label = z.strictObject({ id: z.string().min(1).max(60), en: z.string().min(1).max(60) });

/** What a conversation must contain, and what follows a conflict. Every field has its default. */
export const conversationPolicy = z.strictObject({
  guide: z
    .enum(GUIDE_MODES)
    .default('asked')
    .describe(
      'asked: an outcome is taken as it is, and what its conversation lacked is kept with it. required: it is refused until that is done, but never one that protects the debtor',
    ),
  ticksNeeded: z
    .number()
    .int()
    .min(0)
    .max(5)
    .default(4)
    .describe('Of the five things to be said or noted, so many make a conversation'),
  debateMinutes: z
    .number()
    .int()
    .min(1)
    .max(60)
    .default(3)
    .describe('Talking of the debt for so long with nothing offered nudges the agent'),
  coolDownHours: z
    .number()
    .int()
    .min(1)
    .max(720)
    .default(48)
    .describe('After a conflict the person is not called for so long'),
  otherAgentDays: z
    .number()
    .int()
    .min(0)
    .max(90)
    .default(14)
    .describe('After a conflict another agent calls, for so long, or until one has'),
  extraWrapUpSeconds: z.number().int().min(0).max(600).default(60).describe('After a conflict'),
  breakMinutes: z.number().int().min(1).max(30).default(3).describe('For an agent, on request'),
  reflectionHours: z.number().int().min(1).max(168).default(24).describe('To write it in'),
  lessonMinimum: z
    .number()
    .int()
    .min(5)
    .max(10_000)
    .default(30)
    .describe('A way is shown as proven only with so many talks behind it'),
  causeLabels: z
    .partialRecord(z.enum(ROOT_CAUSES), label)
    .default({})
    .describe('Own words for the closed list of root causes'),
  outcomeLabels: z
    .partialRecord(z.enum(AGENT_OUTCOME_CODES), label)
    .default({})
    .describe('Own words for the closed list of outcomes'),
});
export type ConversationPolicy = z.output<typeof conversationPolicy>;
