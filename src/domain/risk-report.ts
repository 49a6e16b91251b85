/** Scores of like chances whose horizon is over. */
export interface OutcomeBin {
  /** Chances from this tenth on, 0 to 9. */
  readonly tenth: number;
  readonly n: number;
  /** Sum of the chances that were foretold. */
  readonly expected: number;
  /** Who was late. */
  readonly late: number;
  /** Sum of (chance - late)². */
  readonly squares: number;
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Mean chance that was foretold. */
  readonly expected: number;
  /** Share that was late, with an interval of 95 % (Wilson 1927). */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  readonly n: number;
  /** Mean squared error of the chances (Brier 1950): 0 is perfect; null: nobody's horizon is over. */
  readonly brier: number | null;
  /** The same of a card that foretells everybody the share of all: what it is to be compared with. */
  readonly brierOfShare: number | null;
  readonly expected: number | null;
  readonly observed: number | null;
  readonly bins: readonly ReliabilityBin[];
  /** `off`: what was foretold of all lies outside the interval of what came. */
  readonly verdict: 'holds' | 'off' | 'insufficient_data';
}

/** Below it nothing is judged. */
export const LEAST_SCORES = 100;

/** Do the chances that were foretold come true? */
export function calibrate(bins: readonly OutcomeBin[]): Calibration {
  const sum = (of: (bin: OutcomeBin) => number): number =>
    bins.reduce((total, bin) => total + of(bin), 0);
  const n = sum((bin) => bin.n);
  const shown = [...bins]
    .sort((a, b) => a.tenth - b.tenth)
    .map(({ tenth, n: count, expected, late }): ReliabilityBin => ({
      ...{ from: tenth / 10, to: (tenth + 1) / 10, n: count },
      ...{ expected: expected / count, observed: late / count, ...wilson(late, count) },
    }));
  if (n === 0) {
    const nothing = { brier: null, brierOfShare: null, expected: null, observed: null };
    return { n, ...nothing, bins: shown, verdict: 'insufficient_data' };
  }
  const expected = sum((bin) => bin.expected) / n;
  const late = sum((bin) => bin.late);
  const { low, high } = wilson(late, n);
  return {
    n,
    brier: sum((bin) => bin.squares) / n,
    brierOfShare: (late / n) * (1 - late / n),
    expected,
    observed: late / n,
    bins: shown,
    verdict:
      n < LEAST_SCORES ? 'insufficient_data' : expected < low || expected > high ? 'off' : 'holds',
  };
}

const Z = 1.96;

/** The interval of a share of 95 %. */
function wilson(hits: number, n: number): { low: number; high: number } {
  const share = hits / n;
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half =
    (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** People by score, before and now. */
export interface ScoreBin {
  /** Points from this on. */
  readonly from: number;
  readonly before: number;
  readonly now: number;
}

export interface Drift {
  readonly psi: number | null;
  readonly verdict: 'stable' | 'shifting' | 'shifted' | 'insufficient_data';
}

/**
 * Population stability index: how far the scores of now are from those of before. Below 0.1 nothing
 * moved, above 0.25 the card meets other people than it did (Siddiqi, "Credit Risk Scorecards", 2006,
 * chapter 8). Half a person is added to each bin, so that an empty one counts too.
 */
export function driftOf(bins: readonly ScoreBin[]): Drift {
  const before = bins.reduce((sum, bin) => sum + bin.before, 0);
  const now = bins.reduce((sum, bin) => sum + bin.now, 0);
  if (Math.min(before, now) < LEAST_SCORES) return { psi: null, verdict: 'insufficient_data' };
  const half = 0.5 * bins.length;
  const psi = bins.reduce((sum, bin) => {
    const was = (bin.before + 0.5) / (before + half);
    const is = (bin.now + 0.5) / (now + half);
    return sum + (is - was) * Math.log(is / was);
  }, 0);
  return { psi, verdict: psi < 0.1 ? 'stable' : psi <= 0.25 ? 'shifting' : 'shifted' };
}
