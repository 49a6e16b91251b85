import type { Conversation } from './conversation';
import { isOfTheDebt, type ConversationStep, type StepKind } from './conversation-step';
import type { FieldProblem } from './field-problem';
import { windowProblem } from './local-window-input';
import { isDetailOf } from './root-cause';

export interface StepFacts {
  /** Only to learn where somebody is: nothing of a debt is said to whoever is on the line. */
  readonly isLocate: boolean;
  /** ISO date, where the debtor is. */
  readonly today: string;
}

/** What keeps a step from making sense where the talk is; null: it may be told. */
export function checkStep(
  talk: Conversation,
  step: ConversationStep,
  facts: StepFacts,
): FieldProblem | null {
  const { kind } = step;
  if (facts.isLocate && (isOfTheDebt(kind) || kind === 'identity_confirmed'))
    return no('kind', 'the call is to a third person, only to learn where the debtor is', 'closed');
  if (isOfTheDebt(kind) && talk.identity !== 'confirmed')
    return no('kind', 'nobody has shown to be the debtor yet', 'identity_confirmed before it');
  const check = CHECKS[kind] as Check<StepKind> | undefined;
  return check?.(talk, step, facts) ?? null;
}

type Check<Kind extends StepKind> = (
  talk: Conversation,
  step: Extract<ConversationStep, { readonly kind: Kind }>,
  facts: StepFacts,
) => FieldProblem | null;

const CHECKS: { readonly [Kind in StepKind]?: Check<Kind> } = {
  cause_told: (_, step, facts) => checkCause(step, facts),
  words_noted: (_, { hope, worry }) =>
    hope === undefined && worry === undefined
      ? no('hope', 'nothing is noted', 'hope or worry, in the customer’s words')
      : null,
  option_refused: (_, { why, words }) =>
    why === 'other' && words === undefined
      ? no('words', 'needed with other', 'why, in the customer’s words')
      : null,
  recap_said: (talk, { agreed }) =>
    agreed && talk.optionChosen === null
      ? no('agreed', 'no option was chosen', 'option_chosen before it, or false')
      : null,
  calmed: (talk) =>
    talk.tension === null ? no('kind', 'no tension was marked', 'tension before it') : null,
  time_wished: (_, step) => {
    const fault = windowProblem(step);
    return fault === null ? null : { field: fault.reason === 'is empty' ? 'to' : 'days', ...fault };
  },
};

function checkCause(
  step: Extract<ConversationStep, { readonly kind: 'cause_told' }>,
  { today }: StepFacts,
): FieldProblem | null {
  if (step.detail !== undefined && !isDetailOf(step.cause, step.detail))
    return no('detail', `is none of ${step.cause}`, 'one of its details in the guide');
  if (step.cause === 'other' && step.words === undefined)
    return no('words', 'needed with other', 'why, in the customer’s words');
  if (step.endsOn !== undefined && step.endsOn < today)
    return no('endsOn', 'is in the past', `${today} or later`);
  return null;
}

const no = (field: string, reason: string, accepted: string): FieldProblem => ({
  field,
  reason,
  accepted,
});
