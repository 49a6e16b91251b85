import type { Tally } from './sequential-test';

export interface PercentInterval {
  /** To a tenth; null: nobody has counted. */
  readonly percent: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const Z95 = 1.96;

/** Wilson's 95 % interval of one look (Wilson 1927): to be read, the sequential test decides. */
export function percentInterval({ persons, succeeded }: Tally): PercentInterval {
  if (persons === 0) return { percent: null, low: null, high: null };
  const rate = succeeded / persons;
  const squared = (Z95 * Z95) / persons;
  const middle = (rate + squared / 2) / (1 + squared);
  const margin =
    (Z95 * Math.sqrt((rate * (1 - rate)) / persons + squared / (4 * persons))) / (1 + squared);
  return {
    percent: toTenth(rate),
    low: toTenth(Math.max(0, middle - margin)),
    high: toTenth(Math.min(1, middle + margin)),
  };
}

const toTenth = (rate: number): number => Math.round(1_000 * rate) / 10;
