import { z } from 'zod';
import type { GuideRead } from '../db/read/guide';
import { GUIDE_MODES } from '../domain/collection-policy/conversation';
import { PRACTICES, TICKS } from '../domain/conversation';
import { guideOf } from '../domain/conversation-guide';
import { IDENTITY_PROOFS, OPENINGS } from '../domain/conversation-step';
import { KEPT_AFTER_DAYS } from '../domain/lesson';
import { OPTION_KINDS } from '../domain/option-kind';
import { AGENT_OUTCOME_CODES, ROOT_CAUSES } from '../domain/outcome-code';
import { NEEDS } from '../domain/outcome-needs';
import { PREFERENCE_KINDS } from '../domain/preference-input';
import { TRIGGER_WORDS, type Trigger } from '../domain/conflict-trigger';
import { currency, id, isoDate, minorUnits } from './schemas';

/** In both languages; the page shows one. */
export const said = z.object({ id: z.string(), en: z.string() });
const coded = z.object({ code: z.string(), said });

export const lesson = z.object({
  cause: z.enum(ROOT_CAUSES),
  opening: z.enum(OPENINGS).nullable(),
  option: z.enum(OPTION_KINDS),
  afterDays: z.literal(KEPT_AFTER_DAYS),
  n: z.number().int().describe('Talks behind it'),
  keptPercent: z.number().int(),
  said,
});

const debt = z.object({
  statement: said,
  parts: said.nullable(),
  later: said.nullable(),
  currency,
  dueMinor: minorUnits,
  totalMinor: minorUnits,
  dueDate: isoDate.nullable(),
  daysPastDue: z.number().int(),
  checklist: z.array(z.object({ code: z.enum(TICKS), said, isDone: z.boolean() })),
  ticksNeeded: z.number().int().describe('So many of the checklist make a conversation'),
  causes: z.array(z.object({ code: z.enum(ROOT_CAUSES), said, details: z.array(coded) })),
  cause: z
    .object({
      cause: z.enum(ROOT_CAUSES),
      detail: z.string().nullable(),
      words: z.string().nullable(),
      endsOn: isoDate.nullable(),
    })
    .nullable(),
  options: z.array(
    z.object({
      code: z.enum(OPTION_KINDS),
      said,
      isSaid: z.boolean(),
      answer: z.enum(['chosen', 'refused']).nullable(),
    }),
  ),
  isReckoned: z.boolean().describe('False: the options are the kinds that there are'),
  hope: z.string().nullable(),
  worry: z.string().nullable(),
  lessons: z.array(lesson).describe('What has served best for this cause, with its evidence'),
  outcomes: z.array(
    z.object({
      code: z.enum(AGENT_OUTCOME_CODES),
      said: said.nullable().describe('The creditor’s own words for it; null: none'),
      fields: z.array(z.enum(['rootCause', 'promise', 'callbackAt'])),
      missing: z.array(z.enum(NEEDS)),
      isRefused: z.boolean().describe('It would be refused without what is missing'),
    }),
  ),
  advice: z.array(
    z.object({
      trigger: z.string(),
      said: said.describe('What set it off'),
      lesson: z.string(),
      on: isoDate,
    }),
  ),
  earlierConflict: z
    .object({ on: isoDate, trigger: z.string().nullable(), whatWorked: z.string().nullable() })
    .nullable()
    .describe('The last one with this person'),
});

export const guide = z.object({
  attemptId: id,
  mode: z.enum(GUIDE_MODES),
  identity: z.object({
    state: z.enum(['unknown', 'confirmed', 'not_confirmed']),
    isIdentityMode: z
      .boolean()
      .describe('The number may be somebody else’s by now: nothing of the debt is shown anywhere'),
    proofs: z.array(z.enum(IDENTITY_PROOFS)),
  }),
  practice: z.enum(PRACTICES).nullable().describe('The one that is next; null: all are behind'),
  practices: z.array(z.object({ code: z.enum(PRACTICES), said, isDone: z.boolean() })),
  prompts: z.array(coded).describe('What to say now'),
  feelings: z.array(coded),
  isConflict: z.boolean().describe('Show the prompts alone, and nothing that presses'),
  tension: z.object({ level: z.number().int(), peak: z.number().int() }).nullable(),
  abuseWarnings: z.number().int().describe('After two the agent may end the call'),
  nudge: said.nullable(),
  wishes: z
    .array(
      z.object({
        wish: z.enum(PREFERENCE_KINDS),
        days: z.array(z.int()),
        from: z.string(),
        to: z.string(),
      }),
    )
    .describe('Times that were asked for or refused in this talk'),
  complaints: z.int().describe('Made in this talk; each is a case'),
  debt: debt.nullable().describe('Null until the person is known to be the one'),
});

/** What was told in this talk and is kept elsewhere. */
function toldBeside({
  steps,
}: GuideRead['told']): Pick<z.output<typeof guide>, 'wishes' | 'complaints'> {
  return {
    wishes: steps.flatMap(({ step }) =>
      step.kind === 'time_wished'
        ? [{ wish: step.wish, days: step.days, from: step.from, to: step.to }]
        : [],
    ),
    complaints: steps.filter(({ step }) => step.kind === 'complaint_made').length,
  };
}

export function guideView(attemptId: string, read: GuideRead): z.output<typeof guide> {
  const { debt: shown, ...seen } = guideOf(read.facts);
  const labels = read.facts.policy.outcomeLabels;
  return {
    attemptId,
    ...seen,
    identity: { ...seen.identity, proofs: [...seen.identity.proofs] },
    practices: [...seen.practices],
    prompts: [...seen.prompts],
    feelings: [...seen.feelings],
    ...toldBeside(read.told),
    debt:
      shown === null
        ? null
        : {
            ...shown,
            checklist: [...shown.checklist],
            causes: shown.causes.map((cause) => ({ ...cause, details: [...cause.details] })),
            options: [...shown.options],
            lessons: [...shown.lessons],
            outcomes: shown.outcomes.map((outcome) => ({
              ...outcome,
              said: labels[outcome.code] ?? null,
              fields: [...outcome.fields],
              missing: [...outcome.missing],
            })),
            advice: read.advice.map((one) => ({
              ...one,
              said: TRIGGER_WORDS[one.trigger as Trigger],
            })),
            earlierConflict: read.earlierConflict,
          },
  };
}
