import {
  CHARACTERISTICS,
  RISK_BANDS,
  type Characteristic,
  type RiskBand,
  type RiskFacts,
  type Scorecard,
} from './risk-scorecard';

/** What one characteristic adds. */
export interface ScorePart {
  readonly characteristic: Characteristic;
  readonly value: number | null;
  readonly points: number;
  /** Points less than the best that it could add. */
  readonly lost: number;
}

export interface RiskScore {
  /** The base and all parts. */
  readonly points: number;
  /** Chance of being late within the card's horizon. */
  readonly probability: number;
  readonly band: RiskBand;
  readonly parts: readonly ScorePart[];
  /** What cost most points, the worst first; at most three. */
  readonly reasons: readonly Characteristic[];
}

const MOST_REASONS = 3;

/** The score of these facts; null: too little is known. The same facts by the same card have the same score. */
export function scoreRisk(facts: RiskFacts, card: Scorecard): RiskScore | null {
  if (evidenceOf(facts) < card.leastEvidence) return null;
  const parts = partsOf(facts, card);
  const points = parts.reduce((sum, part) => sum + part.points, card.base);
  const probability = chanceOf(points, card);
  const reasons = parts
    .filter(({ lost, points: added }) => lost > 0 && added < 0)
    .sort((a, b) => b.lost - a.lost)
    .slice(0, MOST_REASONS)
    .map(({ characteristic }) => characteristic);
  return { points, probability, band: bandOf(probability, card), parts, reasons };
}

/** How many things are known of how the person pays and answers. */
export function evidenceOf(facts: RiskFacts): number {
  const { keptPromises, brokenPromises, payments, answerDecay, planLateDays } = facts;
  const known = [answerDecay, planLateDays].filter((value) => value !== null).length;
  return keptPromises + brokenPromises + payments + known;
}

export function partsOf(facts: RiskFacts, card: Scorecard): ScorePart[] {
  return CHARACTERISTICS.map((characteristic) => {
    const { unknown, bins } = card.characteristics[characteristic];
    const value = facts[characteristic];
    const bin = bins.find(({ upTo }) => value !== null && (upTo === null || value <= upTo));
    const points = value === null ? unknown : (bin?.points ?? unknown);
    const best = Math.max(unknown, ...bins.map((one) => one.points));
    return { characteristic, value, points, lost: best - points };
  });
}

/** @returns the chance of being late, 0 to 1 */
export function chanceOf(points: number, { anchor, doublesEvery }: Scorecard): number {
  return 1 / (1 + anchor.odds * 2 ** ((points - anchor.points) / doublesEvery));
}

export function bandOf(probability: number, { bandLimits }: Scorecard): RiskBand {
  const at = bandLimits.findIndex((limit) => probability < limit);
  return RISK_BANDS[at === -1 ? RISK_BANDS.length - 1 : at] ?? 'very_high';
}

export function isWorse(band: RiskBand, than: RiskBand): boolean {
  return RISK_BANDS.indexOf(band) > RISK_BANDS.indexOf(than);
}

const LATEST_PAYMENTS = 3;
const LEAST_PAYMENTS = 6;
/** The mean month, as an angle. */
const MONTH_DAYS = 30.44;

/**
 * By how many days the latest three payments came later in the month than those before; null when
 * fewer than six are known. Days of the month lie on a circle: the 2nd is three days after the 30th.
 * @param dates ISO 8601, in any order
 */
export function paydayDrift(dates: readonly string[]): number | null {
  const days = [...new Set(dates)].sort().map((date) => Number(date.slice(8)));
  if (days.length < LEAST_PAYMENTS) return null;
  const turn = meanAngle(days.slice(-LATEST_PAYMENTS)) - meanAngle(days.slice(0, -LATEST_PAYMENTS));
  const wrapped = Math.atan2(Math.sin(turn), Math.cos(turn));
  return Math.round((wrapped * MONTH_DAYS) / (2 * Math.PI));
}

/** Of directions (Mardia and Jupp, "Directional Statistics", 2000, 2.2). */
function meanAngle(days: readonly number[]): number {
  const angles = days.map((day) => (day * 2 * Math.PI) / MONTH_DAYS);
  const sum = (of: (angle: number) => number): number =>
    angles.reduce((total, angle) => total + of(angle), 0);
  return Math.atan2(sum(Math.sin), sum(Math.cos));
}

/** Calls of some days, and those of them that were answered. */
export interface AnswerCount {
  readonly calls: number;
  readonly answered: number;
}
const LEAST_CALLS = 4;

/** Null: fewer than four calls of either time. */
export function answerDecay(before: AnswerCount, lately: AnswerCount): number | null {
  if (before.calls < LEAST_CALLS || lately.calls < LEAST_CALLS) return null;
  const fall = before.answered / before.calls - lately.answered / lately.calls;
  return Math.round(fall * 1_000) / 1_000;
}
