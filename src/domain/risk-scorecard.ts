/** What a score rests on: of one person towards one creditor, out of that creditor's own data. */
export interface RiskFacts {
  /** Of the account that is furthest past due; negative: not due yet. */
  readonly daysPastDue: number;
  /** Promises due within the last 180 days. */
  readonly brokenPromises: number;
  readonly keptPromises: number;
  /** Within the last year; reversed ones are not. */
  readonly payments: number;
  /** Null: no payment within the last year. */
  readonly daysSincePayment: number | null;
  /** By how many days of the month the latest payments came later than those before; null: too few. */
  readonly paydayDriftDays: number | null;
  /** Share of calls answered 31 to 90 days ago less that of the last 30 days; null: too few calls. */
  readonly answerDecay: number | null;
  /** By how many days the plan that runs is behind; null: no plan runs. */
  readonly planLateDays: number | null;
}

/** What a score may rest on. Nothing of illness, family, work, place, age, sex or belief is among it. */
export const CHARACTERISTICS = [
  'daysPastDue',
  'brokenPromises',
  'keptPromises',
  'daysSincePayment',
  'paydayDriftDays',
  'answerDecay',
  'planLateDays',
] as const satisfies readonly (keyof RiskFacts)[];
export type Characteristic = (typeof CHARACTERISTICS)[number];

export const RISK_BANDS = ['low', 'watch', 'high', 'very_high'] as const;
export type RiskBand = (typeof RISK_BANDS)[number];

/** Points for values up to and including `upTo`; the last bin has no end. */
interface PointsBin {
  readonly upTo: number | null;
  readonly points: number;
}

/**
 * A logistic scorecard as data: base and points add up to a score, higher is better, and each
 * `doublesEvery` points double the odds that all goes well (Siddiqi, "Credit Risk Scorecards", 2006,
 * chapter 6). A version that scored anybody is never changed: a new one stands beside it.
 */
export interface Scorecard {
  readonly id: string;
  /** What is foretold: "late" within so many days. */
  readonly horizonDays: number;
  readonly base: number;
  /** At so many points the odds are `odds` to 1. */
  readonly anchor: { readonly points: number; readonly odds: number };
  readonly doublesEvery: number;
  readonly characteristics: Readonly<
    Record<Characteristic, { readonly unknown: number; readonly bins: readonly PointsBin[] }>
  >;
  /** A band holds chances below its limit, in the order of the bands; the last holds the rest. */
  readonly bandLimits: readonly [number, number, number];
  /** Decided promises, payments and known habits of answering below which nothing is said. */
  readonly leastEvidence: number;
}

const bins = (...pairs: readonly (readonly [number | null, number])[]): PointsBin[] =>
  pairs.map(([upTo, points]) => ({ upTo, points }));

/**
 * The first card. Its points are judgement, not fitted: there was no history to fit them to. Whether
 * they hold is what `GET /v1/risk/report` is for.
 */
const LATE_PAYER_1: Scorecard = {
  id: 'late-payer/1',
  horizonDays: 30,
  base: 540,
  anchor: { points: 600, odds: 30 },
  doublesEvery: 20,
  characteristics: {
    daysPastDue: {
      unknown: 0,
      bins: bins([0, 35], [10, 10], [30, -10], [60, -30], [90, -45], [null, -60]),
    },
    brokenPromises: { unknown: 0, bins: bins([0, 5], [1, -12], [2, -24], [null, -36]) },
    keptPromises: { unknown: 0, bins: bins([0, 0], [1, 8], [3, 14], [null, 20]) },
    daysSincePayment: { unknown: -10, bins: bins([35, 12], [65, 0], [null, -14]) },
    paydayDriftDays: { unknown: 0, bins: bins([-3, 6], [2, 4], [5, -8], [null, -16]) },
    answerDecay: { unknown: 0, bins: bins([0.1, 4], [0.3, -6], [null, -14]) },
    planLateDays: { unknown: 0, bins: bins([0, 10], [5, -8], [null, -22]) },
  },
  bandLimits: [0.15, 0.35, 0.6],
  leastEvidence: 2,
};

const SCORECARDS: readonly Scorecard[] = [LATE_PAYER_1];
/** By which people are scored now. */
export const CURRENT_SCORECARD: Scorecard = LATE_PAYER_1;

/** @throws Error when no such card was ever shipped */
export function scorecardOf(id: string): Scorecard {
  const card = SCORECARDS.find((one) => one.id === id);
  if (card === undefined) throw new Error(`no scorecard ${id}`);
  return card;
}
