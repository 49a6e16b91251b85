import type { ConversationPolicy, GuideMode } from './collection-policy/conversation';
import {
  needsNudge,
  practiceNow,
  PRACTICES,
  practicesDone,
  type Conversation,
  type Practice,
  type Tick,
  TICKS,
} from './conversation';
import { FEELINGS, IDENTITY_PROOFS, OPENINGS, type Opening } from './conversation-step';
import {
  CALM_PROMPTS,
  CAUSE_PROMPTS,
  CLOSE_PROMPT,
  FEELING_WORDS,
  IDENTITY_PROMPT,
  LISTEN_PROMPTS,
  NOT_THE_PERSON_PROMPT,
  OPENING_WORDS,
  OPTION_WORDS,
  PRACTICE_WORDS,
  sayAcknowledged,
  sayNudge,
  sayOptions,
  sayRecap,
  TICK_WORDS,
  type SpokenNames,
} from './conversation-words';
import type { Debt } from './debt';
import type { Lesson } from './lesson';
import { OPTION_KINDS, type OptionKind } from './option-kind';
import { outcomesInNeed, ticksOf, type TalkFacts } from './outcome-needs';
import { causesInWords } from './root-cause';
import type { Said } from './said';
import { sayDebt } from './say-debt';

/** All that the guide of a talk rests on. */
export interface GuideFacts extends TalkFacts {
  readonly policy: ConversationPolicy;
  readonly names: SpokenNames;
  /** Only to learn where somebody is. */
  readonly isLocate: boolean;
  /** The number may not be the person's any more: nothing of the debt is anywhere on the screen yet. */
  readonly isIdentityMode: boolean;
  /** Null: not read, or there is none. */
  readonly debt: Debt | null;
  /** What others have learnt of calls like this one. */
  readonly lessons: readonly Lesson[];
  readonly abuseWarnings: number;
  readonly now: Date;
}

export interface Prompt {
  readonly code: string;
  readonly said: Said;
}

/** What the agent sees now. Of the debt nothing at all until the person is known to be the one. */
export interface Guide {
  readonly mode: GuideMode;
  readonly identity: {
    readonly state: Conversation['identity'];
    readonly isIdentityMode: boolean;
    readonly proofs: readonly (typeof IDENTITY_PROOFS)[number][];
  };
  /** Null: every practice is behind. */
  readonly practice: Practice | null;
  readonly practices: readonly {
    readonly code: Practice;
    readonly said: Said;
    readonly isDone: boolean;
  }[];
  readonly prompts: readonly Prompt[];
  readonly feelings: readonly Prompt[];
  /** Tension is up: a screen of four lines, and nothing that presses. */
  readonly isConflict: boolean;
  readonly tension: { readonly level: number; readonly peak: number } | null;
  readonly abuseWarnings: number;
  /** Null: all is well. */
  readonly nudge: Said | null;
  readonly debt: GuideDebt | null;
}

export interface GuideDebt {
  readonly statement: Said;
  readonly parts: Said | null;
  readonly later: Said | null;
  readonly currency: string;
  /** Integer minor units, as text. */
  readonly dueMinor: string;
  readonly totalMinor: string;
  /** ISO date; null: nothing is owed. */
  readonly dueDate: string | null;
  readonly daysPastDue: number;
  readonly checklist: readonly {
    readonly code: Tick;
    readonly said: Said;
    readonly isDone: boolean;
  }[];
  readonly ticksNeeded: number;
  readonly causes: ReturnType<typeof causesInWords>;
  readonly cause: Conversation['cause'];
  readonly options: readonly {
    readonly code: OptionKind;
    readonly said: Said;
    readonly isSaid: boolean;
    readonly answer: 'chosen' | 'refused' | null;
  }[];
  /** What may be offered was reckoned for this person; else these are the kinds that there are. */
  readonly isReckoned: boolean;
  readonly hope: string | null;
  readonly worry: string | null;
  readonly lessons: readonly Lesson[];
  readonly outcomes: ReturnType<typeof outcomesInNeed>;
}

/** Everything that the agent sees of the guide, from facts. Pure. */
export function guideOf(facts: GuideFacts): Guide {
  const { talk, policy, isLocate } = facts;
  const isKnown = talk.identity === 'confirmed' && !isLocate;
  const isConflict = (talk.tension?.level ?? 0) > 0;
  const done = practicesDone(talk);
  return {
    mode: facts.mode,
    identity: {
      state: talk.identity,
      isIdentityMode: facts.isIdentityMode,
      proofs: isLocate ? [] : IDENTITY_PROOFS,
    },
    practice: practiceNow(talk),
    practices: PRACTICES.filter((code) => !isLocate || OF_LOCATE.has(code)).map((code) => ({
      code,
      said: PRACTICE_WORDS[code],
      isDone: done.has(code),
    })),
    prompts: isConflict ? coded('calm', CALM_PROMPTS) : promptsOf(facts, isKnown),
    feelings: FEELINGS.map((code) => ({ code, said: FEELING_WORDS[code] })),
    isConflict,
    tension: talk.tension === null ? null : { level: talk.tension.level, peak: talk.tension.peak },
    abuseWarnings: facts.abuseWarnings,
    nudge: needsNudge(talk, facts.now, policy.debateMinutes)
      ? sayNudge(policy.debateMinutes)
      : null,
    debt: isKnown && facts.debt !== null ? debtOf(facts, facts.debt) : null,
  };
}

const OF_LOCATE: ReadonlySet<Practice> = new Set<Practice>(['calm_opening', 'close']);

const coded = (code: string, lines: readonly Said[]): Prompt[] =>
  lines.map((said, n) => ({ code: `${code}_${n + 1}`, said }));

function promptsOf(facts: GuideFacts, isKnown: boolean): Prompt[] {
  const { talk, names } = facts;
  if (talk.identity === 'not_confirmed') return coded('close', [NOT_THE_PERSON_PROMPT]);
  const practice = practiceNow(talk);
  // without the person nothing behind the identity is prompted, whatever was told in which order
  if (!isKnown) {
    if (talk.opening === null) return openings(names, facts.lessons);
    return coded('identity', facts.isLocate ? [NOT_THE_PERSON_PROMPT] : [IDENTITY_PROMPT]);
  }
  switch (practice) {
    case 'calm_opening':
      return openings(names, facts.lessons);
    case 'identity':
      return coded('identity', [IDENTITY_PROMPT]);
    case 'listen':
      return coded('listen', LISTEN_PROMPTS);
    case 'root_cause':
      return coded('cause', [
        ...(talk.feeling === null ? [] : [sayAcknowledged(talk.feeling)]),
        ...CAUSE_PROMPTS,
      ]);
    case 'statement':
      return coded('statement', statementLines(facts.debt));
    case 'options':
      return coded('options', [sayOptions(facts.allowed ?? OPTION_KINDS)]);
    case 'agreement':
      return coded('recap', [sayRecap(talk.optionChosen)]);
    case 'close':
    case null:
      return coded('close', [CLOSE_PROMPT]);
  }
}

/** The opening that has served best in calls like this one comes first. */
function openings(names: SpokenNames, lessons: readonly Lesson[]): Prompt[] {
  const best = lessons.find(({ opening }) => opening !== null)?.opening ?? null;
  const order: Opening[] = OPENINGS.toSorted((a, b) => Number(b === best) - Number(a === best));
  return order.map((code) => ({ code, said: OPENING_WORDS[code](names) }));
}

function statementLines(debt: Debt | null): Said[] {
  if (debt === null) return [];
  const { statement, parts, later } = sayDebt(debt);
  return [statement, parts, later].filter((said) => said !== null);
}

function debtOf(facts: GuideFacts, debt: Debt): GuideDebt {
  const { talk, policy, allowed } = facts;
  const ticked = ticksOf(facts);
  return {
    ...sayDebt(debt),
    currency: debt.currency,
    dueMinor: debt.dueMinor.toString(),
    totalMinor: debt.totalMinor.toString(),
    dueDate: debt.oldestDueDate,
    daysPastDue: debt.daysPastDue,
    checklist: TICKS.map((code) => ({
      code,
      said: TICK_WORDS[code],
      isDone: ticked.includes(code),
    })),
    ticksNeeded: policy.ticksNeeded,
    causes: causesInWords(policy.causeLabels),
    cause: talk.cause,
    options: (allowed ?? OPTION_KINDS).map((code) => ({
      code,
      said: OPTION_WORDS[code],
      isSaid: talk.optionsSaid.includes(code),
      answer: answerTo(talk, code),
    })),
    isReckoned: allowed !== null,
    hope: talk.hope,
    worry: talk.worry,
    lessons: facts.lessons,
    outcomes: outcomesInNeed(facts),
  };
}

function answerTo(talk: Conversation, option: OptionKind): 'chosen' | 'refused' | null {
  if (talk.optionChosen === option) return 'chosen';
  return talk.optionsRefused.includes(option) ? 'refused' : null;
}
