import { wilsonInterval } from '../../src/domain/wilson-interval';
import type { Tally } from './sequential-test';

export interface PercentInterval {
  /** To a tenth; null: nobody has counted. */
  readonly percent: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The 95 % interval of one look: to be read, the sequential test decides. */
export function percentInterval({ persons, succeeded }: Tally): PercentInterval {
  if (persons === 0) return { percent: null, low: null, high: null };
  const { low, high } = wilsonInterval(succeeded, persons);
  return { percent: toTenth(succeeded / persons), low: toTenth(low), high: toTenth(high) };
}

const toTenth = (rate: number): number => Math.round(1_000 * rate) / 10;
