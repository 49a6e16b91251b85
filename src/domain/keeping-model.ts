import { KEEPING_FACTORS, type KeepingCell, type KeepingFactor } from './keeping-facts';

/** What one value of a factor has to do with keeping. */
export interface KeepingEffect {
  /** What was agreed with it, and how much of that was kept. */
  readonly n: number;
  readonly kept: number;
  /** Added to the log odds of being kept. */
  readonly logOdds: number;
}

/**
 * What a creditor's history says of whether options are kept: log odds that add up, each factor's effect
 * beside those of the others, all shrunk. A pure function of its cells, so that keeping those keeps it.
 */
export interface KeepingModel {
  readonly n: number;
  readonly kept: number;
  /** Log odds of anything that was agreed. */
  readonly base: number;
  readonly effects: Readonly<Record<KeepingFactor, Readonly<Record<string, KeepingEffect>>>>;
}

/** The share that is kept before anything is known, and how many agreements that belief is worth. */
export const PRIOR_SHARE = 0.5;
export const PRIOR_WEIGHT = 20;
/** So many agreements say that a value of a factor changes nothing. */
export const EFFECT_WEIGHT = 20;
/** Factors are learned in turns, each beside the others as they stand, until nothing moves. */
const ROUNDS = 40;
const STANDS = 1e-7;
const MOST_LOG_ODDS = 4;
const STEPS = 20;

export const chanceOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
export const logOddsOf = (chance: number): number => Math.log(chance / (1 - chance));

/** A share of few, drawn to what was expected of them. @param weight so many count for the expected */
export function shrunkShare(kept: number, n: number, expected: number, weight: number): number {
  return (kept + weight * expected) / (n + weight);
}

/**
 * Learns the effects by turns ("backfitting", Hastie and Tibshirani, "Generalized additive models",
 * 1990, 4.4): what is expected of a value without its own effect is held against what was kept, shrunk
 * by {@link shrunkShare}. A value that all share says nothing.
 */
export function learnKeeping(cells: readonly KeepingCell[]): KeepingModel {
  const { n, kept } = sumOf(cells);
  const base = logOddsOf(shrunkShare(kept, n, PRIOR_SHARE, PRIOR_WEIGHT));
  const odds = cells.map(() => base);
  const levels = KEEPING_FACTORS.flatMap((factor) => levelsOf(cells, factor));
  for (let round = 0, moved = 1; round < ROUNDS && moved > STANDS; round++) {
    moved = 0;
    for (const level of levels) {
      if (level.n === n) continue;
      const before = level.logOdds;
      const without = level.at.map((i) => (odds[i] ?? 0) - before);
      level.logOdds = effectOf(level, without, cells);
      for (const [j, i] of level.at.entries()) odds[i] = (without[j] ?? 0) + level.logOdds;
      moved = Math.max(moved, Math.abs(level.logOdds - before));
    }
  }
  const effects = Object.fromEntries(
    KEEPING_FACTORS.map((factor) => [
      factor,
      Object.fromEntries(
        levels
          .filter((level) => level.factor === factor)
          .map(({ value, n: of, kept: keptOf, logOdds }) => [
            value,
            { n: of, kept: keptOf, logOdds },
          ]),
      ),
    ]),
  ) as KeepingModel['effects'];
  return { n, kept, base, effects };
}

interface Level {
  readonly factor: KeepingFactor;
  readonly value: string;
  /** Indices of its cells. */
  readonly at: readonly number[];
  readonly n: number;
  readonly kept: number;
  logOdds: number;
}

function levelsOf(cells: readonly KeepingCell[], factor: KeepingFactor): Level[] {
  const values = [...new Set(cells.map((cell) => cell[factor]))].sort();
  return values.map((value) => {
    const at = [...cells.keys()].filter((i) => cells[i]?.[factor] === value);
    const own = sumOf(cells.filter((cell) => cell[factor] === value));
    return { factor, value, at, ...own, logOdds: 0 };
  });
}

/**
 * The effect with which as many are expected as were kept, shrunk: by Newton's steps from where it stood,
 * none longer than one, for far from it the slope is next to nothing.
 */
function effectOf(level: Level, without: readonly number[], cells: readonly KeepingCell[]): number {
  const counts = level.at.map((i) => cells[i]?.n ?? 0);
  const expectedAt = (effect: number): { readonly sum: number; readonly slope: number } => {
    let [sum, slope] = [0, 0];
    for (const [j, count] of counts.entries()) {
      const chance = chanceOf((without[j] ?? 0) + effect);
      sum += count * chance;
      slope += count * chance * (1 - chance);
    }
    return { sum, slope };
  };
  const usual = expectedAt(0).sum / level.n;
  const wanted = level.n * shrunkShare(level.kept, level.n, usual, EFFECT_WEIGHT);
  let effect = level.logOdds;
  for (let step = 0; step < STEPS; step++) {
    const { sum, slope } = expectedAt(effect);
    const by = Math.min(1, Math.max(-1, (wanted - sum) / slope));
    effect = Math.min(MOST_LOG_ODDS, Math.max(-MOST_LOG_ODDS, effect + by));
    if (Math.abs(by) < STANDS) break;
  }
  return effect;
}

function sumOf(cells: readonly KeepingCell[]): { readonly n: number; readonly kept: number } {
  return cells.reduce((sum, cell) => ({ n: sum.n + cell.n, kept: sum.kept + cell.kept }), {
    n: 0,
    kept: 0,
  });
}
