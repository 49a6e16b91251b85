import type { OutcomeCode } from './outcome-code';

/**
 * When a campaign stops by itself (features A11). Each rule looks at a window of the latest calls
 * and has a smallest number of them below which it says nothing. Whole percents, whole counts:
 * every comparison is one of integers.
 */
export interface AutoStopLimits {
  /** Fewer answers among the last `calls` than `minPercentOfMean` of the 7-day mean. */
  readonly answerRate: {
    readonly calls: number;
    readonly minPercentOfMean: number;
    /** Calls that the mean must rest on. */
    readonly minHistory: number;
  } | null;
  /** More than `maxPercent` of the last `answered` answered calls reached no agent. */
  readonly abandonment: {
    readonly answered: number;
    readonly minAnswered: number;
    readonly maxPercent: number;
  } | null;
  /** More than `maxPercent` of the last `talks` talks reached somebody who is not the debtor. */
  readonly wrongParty: { readonly talks: number; readonly maxPercent: number } | null;
}

export const AUTO_STOP_DEFAULTS = {
  answerRate: { calls: 50, minPercentOfMean: 50, minHistory: 200 },
  abandonment: { answered: 100, minAnswered: 50, maxPercent: 3 },
  wrongParty: { talks: 30, maxPercent: 15 },
} as const satisfies AutoStopLimits;

/** What a campaign sets: an absent rule keeps the default, null switches it off. */
export type AutoStopSettings = {
  readonly [Rule in keyof AutoStopLimits]?: AutoStopLimits[Rule] | undefined;
};

export function autoStopLimits(settings: AutoStopSettings = {}): AutoStopLimits {
  const given = Object.entries(settings).filter(([, rule]) => rule !== undefined);
  return { ...AUTO_STOP_DEFAULTS, ...(Object.fromEntries(given) as Partial<AutoStopLimits>) };
}

/** What the rules look at. Of calls that were placed after the last release, save the history. */
export interface AutoStopEvidence {
  /** The latest calls, at most as many as the rule's window. */
  readonly latest: { readonly calls: number; readonly answered: number };
  /** Whole hours of the last 7 days, before and after any release. */
  readonly history: { readonly calls: number; readonly answered: number };
  readonly answered: { readonly answered: number; readonly abandoned: number };
  /** Talks whose outcome is recorded. */
  readonly talks: { readonly talks: number; readonly wrongParty: number };
  /**
   * What the legs cost, minor units: those that have ended as they were billed, those that run by what
   * they have come to. 0 where no limit is set: nobody asks then.
   */
  readonly costMinor: bigint;
}

/** `recording` is no rule of a campaign: a creditor's talks must be recorded, and were not. */
export const AUTO_STOP_RULES = [
  'cost',
  'abandonment',
  'wrong_party',
  'answer_rate',
  'recording',
] as const;
export type AutoStopRule = (typeof AUTO_STOP_RULES)[number];

export interface AutoStopVerdict {
  readonly rule: AutoStopRule;
  /** What the rule compared; amounts as text, integer minor units. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** One sentence for the people on the floor. */
  readonly reason: string;
}

/** The first rule that stops the campaign, in the order of {@link AUTO_STOP_RULES}; else null. */
export function decideAutoStop(
  limits: AutoStopLimits,
  /** Most that the calls may cost, minor units; null: no limit. */
  costCapMinor: bigint | null,
  evidence: AutoStopEvidence,
): AutoStopVerdict | null {
  return (
    costReached(costCapMinor, evidence) ??
    tooManyAbandoned(limits.abandonment, evidence) ??
    tooManyWrongParties(limits.wrongParty, evidence) ??
    answersDropped(limits.answerRate, evidence)
  );
}

function costReached(capMinor: bigint | null, seen: AutoStopEvidence): AutoStopVerdict | null {
  if (capMinor === null || seen.costMinor < capMinor) return null;
  const costMinor = seen.costMinor.toString();
  return {
    rule: 'cost',
    figures: { costMinor, costCapMinor: capMinor.toString() },
    reason: `The calls have cost ${costMinor} minor units; the limit is ${capMinor.toString()}.`,
  };
}

function tooManyAbandoned(
  limit: AutoStopLimits['abandonment'],
  seen: AutoStopEvidence,
): AutoStopVerdict | null {
  const { answered, abandoned } = seen.answered;
  if (limit === null || answered < limit.minAnswered) return null;
  if (abandoned * 100 <= limit.maxPercent * answered) return null;
  return {
    rule: 'abandonment',
    figures: { answered, abandoned, maxPercent: limit.maxPercent },
    reason: `Of the last ${answered} answered calls ${abandoned} reached no agent; at most ${limit.maxPercent} % may.`,
  };
}

function tooManyWrongParties(
  limit: AutoStopLimits['wrongParty'],
  seen: AutoStopEvidence,
): AutoStopVerdict | null {
  const { talks, wrongParty } = seen.talks;
  if (limit === null || talks < limit.talks) return null;
  if (wrongParty * 100 <= limit.maxPercent * talks) return null;
  return {
    rule: 'wrong_party',
    figures: { talks, wrongParty, maxPercent: limit.maxPercent },
    reason: `In the last ${talks} talks ${wrongParty} reached the wrong person; at most ${limit.maxPercent} % may.`,
  };
}

function answersDropped(
  limit: AutoStopLimits['answerRate'],
  seen: AutoStopEvidence,
): AutoStopVerdict | null {
  const { latest, history } = seen;
  if (limit === null || latest.calls < limit.calls || history.calls < limit.minHistory) return null;
  // answered/calls < percent/100 * historyAnswered/historyCalls, without a division
  const now = latest.answered * 100 * history.calls;
  const least = limit.minPercentOfMean * history.answered * latest.calls;
  if (now >= least) return null;
  return {
    rule: 'answer_rate',
    figures: {
      calls: latest.calls,
      answered: latest.answered,
      historyCalls: history.calls,
      historyAnswered: history.answered,
      minPercentOfMean: limit.minPercentOfMean,
    },
    reason:
      `Of the last ${latest.calls} calls ${latest.answered} were answered, less than ` +
      `${limit.minPercentOfMean} % of the 7-day mean (${history.answered} of ${history.calls}).`,
  };
}

/** Outcomes that say: this number is not the debtor's, or somebody else took the call as theirs. */
export const WRONG_PARTY_OUTCOMES = [
  'WRONG_PARTY',
  'WRONG_NUMBER',
] as const satisfies readonly OutcomeCode[];
