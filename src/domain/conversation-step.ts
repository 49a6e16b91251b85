import { z } from 'zod';
import { localWindow } from './local-window-input';
import { OPTION_KINDS } from './option-kind';
import { ROOT_CAUSES } from './outcome-code';
import { PREFERENCE_KINDS } from './preference-input';

/** How a talk may be opened; each has its generated text (conversation-words). */
export const OPENINGS = ['greeting', 'good_moment', 'here_to_help'] as const;
export type Opening = (typeof OPENINGS)[number];

/** By what the person showed to be the one; never by telling them anything of the debt. */
export const IDENTITY_PROOFS = ['full_name', 'birth_date', 'address', 'account_digits'] as const;
export type IdentityProof = (typeof IDENTITY_PROOFS)[number];

export const IDENTITY_FAULTS = ['somebody_else', 'did_not_match', 'declined'] as const;
export type IdentityFault = (typeof IDENTITY_FAULTS)[number];

/** The word for what the person feels, said back to them. */
export const FEELINGS = [
  'angry',
  'afraid',
  'ashamed',
  'sad',
  'tired',
  'confused',
  'disappointed',
  'calm',
] as const;
export type Feeling = (typeof FEELINGS)[number];

/** Why somebody does not want what was offered. */
export const OFFER_REFUSALS = [
  'too_much',
  'too_soon',
  'too_long',
  'costs_too_much',
  'must_ask_family',
  'does_not_trust_it',
  'does_not_want_to',
  'other',
] as const;

const words = z
  .string()
  .trim()
  .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,500}$/u, '1 to 500 characters in one line, not blank');
const step = <Kind extends string, Shape extends z.core.$ZodLooseShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

/**
 * What the agent says was done in the talk. In the customer's words is what the customer said, not what
 * the agent thinks of it.
 */
export const conversationStep = z.discriminatedUnion('kind', [
  step('opened', { opening: z.enum(OPENINGS) }),
  step('identity_confirmed', { by: z.array(z.enum(IDENTITY_PROOFS)).min(1).max(4) }),
  step('identity_not_confirmed', { because: z.enum(IDENTITY_FAULTS) }),
  step('feeling_acknowledged', { feeling: z.enum(FEELINGS) }),
  step('cause_told', {
    cause: z.enum(ROOT_CAUSES),
    detail: z.string().max(40).optional().describe('Of the second level of that cause'),
    words: words.optional().describe('In the customer’s words; needed with other'),
    endsOn: z.iso.date().optional().describe('When it is expected to be over'),
  }),
  step('amount_said', {}),
  step('due_date_said', {}),
  step('options_said', { options: z.array(z.enum(OPTION_KINDS)).min(1).max(OPTION_KINDS.length) }),
  step('next_steps_said', {}),
  step('words_noted', {
    hope: words.optional().describe('What the customer hopes for'),
    worry: words.optional().describe('What the customer is worried about'),
  }),
  step('option_offered', { option: z.enum(OPTION_KINDS) }),
  step('option_chosen', { option: z.enum(OPTION_KINDS) }),
  step('option_refused', {
    option: z.enum(OPTION_KINDS),
    why: z.enum(OFFER_REFUSALS),
    words: words.optional().describe('Needed with other'),
  }),
  step('no_option_fits', { words }),
  step('time_wished', { wish: z.enum(PREFERENCE_KINDS), ...localWindow.shape }),
  step('complaint_made', { words }),
  step('recap_said', { agreed: z.boolean().describe('Did the customer say yes to it?') }),
  step('closed', {}),
  step('tension', { level: z.number().int().min(1).max(5).describe('5: shouting or threats') }),
  step('calmed', {}),
]);
export type ConversationStep = z.output<typeof conversationStep>;
export type StepKind = ConversationStep['kind'];

/** They speak of the debt: before the person is known to be the one they would tell it to a stranger. */
const OF_THE_DEBT: ReadonlySet<StepKind> = new Set<StepKind>([
  'cause_told',
  'amount_said',
  'due_date_said',
  'options_said',
  'next_steps_said',
  'option_offered',
  'option_chosen',
  'option_refused',
  'no_option_fits',
  'recap_said',
]);

export function isOfTheDebt(kind: StepKind): boolean {
  return OF_THE_DEBT.has(kind);
}
