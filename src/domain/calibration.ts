import { wilsonInterval } from './wilson-interval';

/** Foretellings of like chances whose horizon is over. */
export interface OutcomeBin {
  /** Chances from this tenth on, 0 to 9. */
  readonly tenth: number;
  readonly n: number;
  /** Sum of the chances that were foretold. */
  readonly expected: number;
  /** In how many it came. */
  readonly came: number;
  /** Sum of (chance - came)², came 0 or 1. */
  readonly squares: number;
}

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Mean chance that was foretold. */
  readonly expected: number;
  /** Share in which it came, with an interval of 95 % (Wilson 1927). */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  readonly n: number;
  /** Mean squared error of the chances (Brier 1950): 0 is perfect; null: no horizon is over. */
  readonly brier: number | null;
  /** The same of foretelling everybody the share of all: what it is to be compared with. */
  readonly brierOfShare: number | null;
  readonly expected: number | null;
  readonly observed: number | null;
  readonly bins: readonly ReliabilityBin[];
  /** `off`: what was foretold of all lies outside the interval of what came. */
  readonly verdict: 'holds' | 'off' | 'insufficient_data';
}

/** Below it nothing is judged. */
export const LEAST_FORETOLD = 100;

/** Do the chances that were foretold come true? */
export function calibrate(bins: readonly OutcomeBin[]): Calibration {
  const sum = (of: (bin: OutcomeBin) => number): number =>
    bins.reduce((total, bin) => total + of(bin), 0);
  const n = sum((bin) => bin.n);
  const shown = [...bins]
    .sort((a, b) => a.tenth - b.tenth)
    .map(({ tenth, n: count, expected, came }): ReliabilityBin => ({
      ...{ from: tenth / 10, to: (tenth + 1) / 10, n: count },
      ...{ expected: expected / count, observed: came / count, ...wilsonInterval(came, count) },
    }));
  if (n === 0) {
    const nothing = { brier: null, brierOfShare: null, expected: null, observed: null };
    return { n, ...nothing, bins: shown, verdict: 'insufficient_data' };
  }
  const expected = sum((bin) => bin.expected) / n;
  const came = sum((bin) => bin.came);
  const { low, high } = wilsonInterval(came, n);
  return {
    n,
    brier: sum((bin) => bin.squares) / n,
    brierOfShare: (came / n) * (1 - came / n),
    expected,
    observed: came / n,
    bins: shown,
    verdict:
      n < LEAST_FORETOLD
        ? 'insufficient_data'
        : expected < low || expected > high
          ? 'off'
          : 'holds',
  };
}
