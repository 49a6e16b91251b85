import type { GuideMode } from './collection-policy/conversation';
import { TICKS, type Conversation, type Tick } from './conversation';
import type { FieldProblem } from './field-problem';
import type { OptionKind } from './option-kind';
import { AGENT_OUTCOME_CODES, type AgentOutcomeCode } from './outcome-code';
import type { Said } from './said';

/** What an outcome may need of the conversation before it. */
export const NEEDS = ['identity', 'ticks', 'answer', 'agreement', 'recap', 'dispute_type'] as const;
export type Need = (typeof NEEDS)[number];

/** Fields of the outcome itself: without them it says nothing, so that no policy does without. */
export type NeededField = 'rootCause' | 'promise' | 'callbackAt';

export interface OutcomeNeeds {
  readonly fields: readonly NeededField[];
  /** Of the guided conversation, as far as the creditor's policy asks for one. */
  readonly guided: readonly Need[];
  /** It keeps the debtor from calls: never refused for what the agent left out. */
  readonly protects: boolean;
}

const nothing: OutcomeNeeds = { fields: [], guided: [], protects: false };
const protection: OutcomeNeeds = { fields: ['rootCause'], guided: ['identity'], protects: true };
const agreed: OutcomeNeeds = {
  fields: ['rootCause'],
  guided: ['identity', 'ticks', 'agreement', 'recap'],
  protects: false,
};

/** The requirements of every outcome that an agent records: the one place. */
export const OUTCOME_NEEDS: Readonly<Record<AgentOutcomeCode, OutcomeNeeds>> = {
  RPC_PTP: {
    fields: ['rootCause', 'promise'],
    guided: ['identity', 'ticks', 'answer', 'recap'],
    protects: false,
  },
  RPC_PLAN: agreed,
  RPC_SETTLE: agreed,
  RPC_DEFER: agreed,
  RPC_REFUSE: {
    fields: ['rootCause'],
    guided: ['identity', 'ticks', 'answer'],
    protects: false,
  },
  RPC_DISPUTE: { ...protection, guided: ['identity', 'dispute_type'] },
  RPC_HARDSHIP: protection,
  RPC_CALLBACK: { fields: ['callbackAt'], guided: ['identity'], protects: true },
  RPC_PAID_CLAIM: { fields: [], guided: ['identity'], protects: true },
  WRONG_PARTY: nothing,
  THIRD_PARTY: nothing,
  WRONG_NUMBER: nothing,
  DECEASED: nothing,
  VOICEMAIL: nothing,
  NO_ANSWER: nothing,
  ABANDONED: nothing,
};

export function needsField(code: AgentOutcomeCode, field: NeededField): boolean {
  return OUTCOME_NEEDS[code].fields.includes(field);
}

/** Of the talk, as far as needs go. */
export interface TalkFacts {
  readonly mode: GuideMode;
  readonly talk: Conversation;
  /** So many ticks make a conversation. */
  readonly ticksNeeded: number;
  /** What may be offered, as it was reckoned in the talk; null: it was not. */
  readonly allowed: readonly OptionKind[] | null;
  /** An agreement was accepted in it. */
  readonly hasAgreement: boolean;
  /** A dispute was opened in it, with what it is about. */
  readonly hasDisputeType: boolean;
}

/** The ticks that count: to have said all options, each that is allowed was said. */
export function ticksOf({ talk, allowed }: Pick<TalkFacts, 'talk' | 'allowed'>): Tick[] {
  const said = new Set(talk.optionsSaid);
  const saidAll = allowed === null || allowed.every((option) => said.has(option));
  return TICKS.filter((tick) => talk.ticks.includes(tick) && (tick !== 'options_said' || saidAll));
}

const IS_MET: Readonly<Record<Need, (facts: TalkFacts) => boolean>> = {
  identity: ({ talk }) => talk.identity === 'confirmed',
  ticks: (facts) => ticksOf(facts).length >= facts.ticksNeeded,
  answer: ({ talk }) =>
    talk.optionChosen !== null || talk.optionsRefused.length > 0 || talk.noneFits,
  agreement: ({ hasAgreement }) => hasAgreement,
  recap: ({ talk }) => talk.recapAt !== null,
  dispute_type: ({ hasDisputeType }) => hasDisputeType,
};

/** What an outcome of this talk would still lack. */
export function unmetNeeds(code: AgentOutcomeCode, facts: TalkFacts): Need[] {
  return OUTCOME_NEEDS[code].guided.filter((need) => !IS_MET[need](facts));
}

export const NEED_WORDS: Readonly<Record<Need, Said>> = {
  identity: { id: 'identitas dipastikan', en: 'the identity is confirmed' },
  ticks: { id: 'daftar yang harus disampaikan', en: 'the checklist of what must be said' },
  answer: { id: 'pilihan ditawarkan dan dijawab', en: 'an option is offered and answered' },
  agreement: { id: 'kesepakatan diterima dalam panggilan ini', en: 'an agreement of this call' },
  recap: { id: 'kesepakatan diulangi', en: 'the recap was said' },
  dispute_type: { id: 'jenis sengketa dicatat', en: 'the kind of dispute is noted' },
};

const ACCEPTED: Readonly<Record<Need, string>> = {
  identity: 'the step identity_confirmed',
  ticks: 'the steps amount_said, due_date_said, options_said, next_steps_said, words_noted',
  answer: 'the step option_chosen, option_refused or no_option_fits',
  agreement: 'an agreement that was accepted in this call',
  recap: 'the step recap_said',
  dispute_type: 'a case of kind dispute with its type',
};

/** Why a creditor that requires it does not take the outcome; empty: it is taken. */
export function checkGuided(code: AgentOutcomeCode, facts: TalkFacts): FieldProblem[] {
  if (facts.mode !== 'required' || OUTCOME_NEEDS[code].protects) return [];
  return unmetNeeds(code, facts).map((need) => ({
    field: `guide.${need}`,
    reason: `${code} needs it: ${NEED_WORDS[need].en}`,
    accepted: ACCEPTED[need],
  }));
}

/** The table as it is shown while the talk goes on. */
export function outcomesInNeed(facts: TalkFacts): {
  readonly code: AgentOutcomeCode;
  readonly fields: readonly NeededField[];
  readonly missing: readonly Need[];
  /** Without what is missing it is refused. */
  readonly isRefused: boolean;
}[] {
  return AGENT_OUTCOME_CODES.map((code) => ({
    code,
    fields: OUTCOME_NEEDS[code].fields,
    missing: unmetNeeds(code, facts),
    isRefused: checkGuided(code, facts).length > 0,
  }));
}
