import { LEAST_FORETOLD } from './calibration';

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
  if (Math.min(before, now) < LEAST_FORETOLD) return { psi: null, verdict: 'insufficient_data' };
  const half = 0.5 * bins.length;
  const psi = bins.reduce((sum, bin) => {
    const was = (bin.before + 0.5) / (before + half);
    const is = (bin.now + 0.5) / (now + half);
    return sum + (is - was) * Math.log(is / was);
  }, 0);
  return { psi, verdict: psi < 0.1 ? 'stable' : psi <= 0.25 ? 'shifting' : 'shifted' };
}
