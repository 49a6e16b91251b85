import type { RootCause } from './outcome-code';
import type { ConversationStep, Feeling, Opening, StepKind } from './conversation-step';
import type { OptionKind } from './option-kind';

/** The practices of a talk that leaves both in peace, in their order; the reflection comes after it. */
export const PRACTICES = [
  'calm_opening',
  'identity',
  'listen',
  'root_cause',
  'statement',
  'options',
  'agreement',
  'close',
] as const;
export type Practice = (typeof PRACTICES)[number];

/** What makes a conversation of a talk: what must be said, and that the customer was heard. */
export const TICKS = [
  'amount_said',
  'due_date_said',
  'options_said',
  'next_steps_said',
  'words_noted',
] as const satisfies readonly StepKind[];
export type Tick = (typeof TICKS)[number];

/** A step, and when it was told by the database's clock. */
export interface StepTold {
  readonly step: ConversationStep;
  readonly at: Date;
}

/** A talk as its steps tell it: nothing else is kept. */
export interface Conversation {
  readonly opening: Opening | null;
  readonly identity: 'unknown' | 'confirmed' | 'not_confirmed';
  /** When the person was last known to be the one; null: is not. */
  readonly identityConfirmedAt: Date | null;
  readonly feeling: Feeling | null;
  readonly cause: {
    readonly cause: RootCause;
    readonly detail: string | null;
    readonly words: string | null;
    /** ISO date. */
    readonly endsOn: string | null;
  } | null;
  readonly ticks: readonly Tick[];
  /** Said to be possible, in the order of the saying. */
  readonly optionsSaid: readonly OptionKind[];
  /** Offered, chosen or refused, in order. */
  readonly optionsOffered: readonly OptionKind[];
  readonly optionChosen: OptionKind | null;
  readonly optionsRefused: readonly OptionKind[];
  readonly noneFits: boolean;
  readonly firstOfferAt: Date | null;
  readonly hope: string | null;
  readonly worry: string | null;
  readonly recapAt: Date | null;
  /** The customer said yes to the recap. */
  readonly isAgreed: boolean;
  readonly isClosed: boolean;
  readonly tension: Tension | null;
}

export interface Tension {
  readonly since: Date;
  /** Now, 1 to 5; 0: calm again. */
  readonly level: number;
  readonly peak: number;
  /** Null: not yet, or tense again. */
  readonly calmedAt: Date | null;
}

export const NOTHING_SAID: Conversation = {
  opening: null,
  identity: 'unknown',
  identityConfirmedAt: null,
  feeling: null,
  cause: null,
  ticks: [],
  optionsSaid: [],
  optionsOffered: [],
  optionChosen: null,
  optionsRefused: [],
  noneFits: false,
  firstOfferAt: null,
  hope: null,
  worry: null,
  recapAt: null,
  isAgreed: false,
  isClosed: false,
  tension: null,
};

/** The talk after all its steps, oldest first. Pure. */
export function foldConversation(steps: readonly StepTold[]): Conversation {
  return steps.reduce(
    (talk, { step, at }) => ({ ...talk, ...after(talk, step, at) }),
    NOTHING_SAID,
  );
}

/** What one step changes. */
function after(talk: Conversation, step: ConversationStep, at: Date): Partial<Conversation> {
  const change = AFTER[step.kind] as After<StepKind>;
  return change(talk, step, at);
}

type StepOf<Kind extends StepKind> = Extract<ConversationStep, { readonly kind: Kind }>;
type After<Kind extends StepKind> = (
  talk: Conversation,
  step: StepOf<Kind>,
  at: Date,
) => Partial<Conversation>;

const ticked = (
  talk: Conversation,
  { kind }: { readonly kind: Tick },
): Pick<Conversation, 'ticks'> => ({
  ticks: TICKS.filter((one) => one === kind || talk.ticks.includes(one)),
});

const AFTER: { readonly [Kind in StepKind]: After<Kind> } = {
  opened: (_, { opening }) => ({ opening }),
  identity_confirmed: (_, __, at) => ({ identity: 'confirmed', identityConfirmedAt: at }),
  identity_not_confirmed: () => ({ identity: 'not_confirmed', identityConfirmedAt: null }),
  feeling_acknowledged: (_, { feeling }) => ({ feeling }),
  cause_told: (_, { cause, detail = null, words = null, endsOn = null }) => ({
    cause: { cause, detail, words, endsOn },
  }),
  amount_said: ticked,
  due_date_said: ticked,
  next_steps_said: ticked,
  words_noted: (talk, step) => ({
    ...ticked(talk, step),
    hope: step.hope ?? talk.hope,
    worry: step.worry ?? talk.worry,
  }),
  options_said: (talk, step, at) => ({
    ...ticked(talk, step),
    optionsSaid: adding(talk.optionsSaid, ...step.options),
    firstOfferAt: talk.firstOfferAt ?? at,
  }),
  option_offered: offered,
  option_chosen: (talk, step, at) => ({
    ...offered(talk, step, at),
    optionChosen: step.option,
    optionsRefused: talk.optionsRefused.filter((one) => one !== step.option),
    noneFits: false,
  }),
  option_refused: (talk, step, at) => ({
    ...offered(talk, step, at),
    optionChosen: talk.optionChosen === step.option ? null : talk.optionChosen,
    optionsRefused: adding(talk.optionsRefused, step.option),
  }),
  no_option_fits: () => ({ noneFits: true, optionChosen: null }),
  // facts of their own, kept where the gate and the cases look
  time_wished: () => ({}),
  complaint_made: () => ({}),
  recap_said: (_, { agreed }, at) => ({ recapAt: at, isAgreed: agreed }),
  closed: () => ({ isClosed: true }),
  tension: ({ tension }, { level }, at) => ({
    tension:
      tension === null
        ? { since: at, level, peak: level, calmedAt: null }
        : { ...tension, level, peak: Math.max(tension.peak, level), calmedAt: null },
  }),
  calmed: ({ tension }, _, at) => ({
    tension: tension === null ? null : { ...tension, level: 0, calmedAt: tension.calmedAt ?? at },
  }),
};

function offered(
  talk: Conversation,
  { option }: { readonly option: OptionKind },
  at: Date,
): Pick<Conversation, 'optionsOffered' | 'firstOfferAt'> {
  return {
    optionsOffered: adding(talk.optionsOffered, option),
    firstOfferAt: talk.firstOfferAt ?? at,
  };
}

const adding = <T>(list: readonly T[], ...more: readonly T[]): T[] => [
  ...new Set([...list, ...more]),
];

/** Was the same told last of what the step is about? Then it is a retry, and nothing to keep. */
export function isRepeat(steps: readonly StepTold[], step: ConversationStep): boolean {
  const topic = topicOf(step);
  const last = steps.findLast((told) => topicOf(told.step) === topic);
  return last !== undefined && sortedJson(last.step) === sortedJson(step);
}

/** Steps that answer one question, whatever their kind: the latest is the answer. */
const SAME_QUESTION: Readonly<Partial<Record<StepKind, string>>> = {
  identity_confirmed: 'identity',
  identity_not_confirmed: 'identity',
  tension: 'tension',
  calmed: 'tension',
};
/** Each of them stands beside the others of its kind. */
const ONE_OF_MANY: ReadonlySet<StepKind> = new Set<StepKind>(['time_wished', 'complaint_made']);

function topicOf(step: ConversationStep): string {
  if (ONE_OF_MANY.has(step.kind)) return sortedJson(step);
  return SAME_QUESTION[step.kind] ?? ('option' in step ? `option ${step.option}` : step.kind);
}

/** As the database gives it back: its keys come in another order. */
const sortedJson = (step: ConversationStep): string =>
  JSON.stringify(Object.entries(step).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Which practices are behind, by what was told. */
export function practicesDone(talk: Conversation): ReadonlySet<Practice> {
  const answered = talk.optionChosen !== null || talk.optionsRefused.length > 0 || talk.noneFits;
  const done: Readonly<Record<Practice, boolean>> = {
    calm_opening: talk.opening !== null,
    identity: talk.identity === 'confirmed',
    listen: talk.feeling !== null,
    root_cause: talk.cause !== null,
    statement: talk.ticks.includes('amount_said') && talk.ticks.includes('due_date_said'),
    options: answered,
    agreement: talk.recapAt !== null,
    close: talk.isClosed,
  };
  return new Set(PRACTICES.filter((practice) => done[practice]));
}

/** The first practice that is not behind; null: all are. */
export function practiceNow(talk: Conversation): Practice | null {
  const done = practicesDone(talk);
  return PRACTICES.find((practice) => !done.has(practice)) ?? null;
}

/** The debt has been talked about for so long, and nothing was offered: time for a way out. */
export function needsNudge(talk: Conversation, now: Date, debateMinutes: number): boolean {
  const { identityConfirmedAt, firstOfferAt, noneFits, isClosed } = talk;
  if (identityConfirmedAt === null || firstOfferAt !== null || noneFits || isClosed) return false;
  return now.getTime() - identityConfirmedAt.getTime() > debateMinutes * 60_000;
}
