import type { Bucket } from './campaign-document/account-filter';
import type { OptionKind } from './option-kind';
import type { RootCause } from './outcome-code';

/** The highest payment of a month as a share of the disposable income, percent. */
export const STRAIN_BANDS = ['unknown', 'none', 'to_25', 'to_40', 'to_70', 'above_70'] as const;
export type StrainBand = (typeof STRAIN_BANDS)[number];

/** Promises that were broken in the 12 months before. */
export const BROKEN_BANDS = ['none', 'one', 'more'] as const;
export type BrokenBand = (typeof BROKEN_BANDS)[number];

/**
 * What the chance of keeping rests on, and nothing else: no name, sex, age, place, number or family, and
 * nothing of who calls. The order is that in which its parts are told.
 */
export interface KeepingFacts {
  readonly kind: OptionKind;
  readonly cause: RootCause;
  readonly bucket: Bucket;
  readonly strain: StrainBand;
  readonly broken: BrokenBand;
}
export const KEEPING_FACTORS = ['kind', 'cause', 'bucket', 'strain', 'broken'] as const;
export type KeepingFactor = (typeof KEEPING_FACTORS)[number];

/** What was agreed or promised with the same facts, and how much of it was kept. */
export interface KeepingCell extends KeepingFacts {
  readonly n: number;
  readonly kept: number;
}

/** As history is counted, before values are put in bands. */
export interface KeepingCount {
  readonly kind: OptionKind;
  readonly cause: RootCause;
  readonly bucket: Bucket;
  /** Null: the ability was not told. */
  readonly strainPercent: number | null;
  readonly brokenPromises: number;
  readonly n: number;
  readonly kept: number;
}

export function strainBandOf(percent: number | null): StrainBand {
  if (percent === null) return 'unknown';
  if (percent <= 0) return 'none';
  if (percent <= 25) return 'to_25';
  if (percent <= 40) return 'to_40';
  return percent <= 70 ? 'to_70' : 'above_70';
}

export function brokenBandOf(promises: number): BrokenBand {
  if (promises <= 0) return 'none';
  return promises === 1 ? 'one' : 'more';
}

/** Counts in bands, in an order of their own: the same history makes the same cells. */
export function cellsOf(counts: readonly KeepingCount[]): KeepingCell[] {
  const cells = new Map<string, KeepingCell>();
  for (const { strainPercent, brokenPromises, n, kept, ...rest } of counts) {
    const strain = strainBandOf(strainPercent);
    const facts = { ...rest, strain, broken: brokenBandOf(brokenPromises) };
    const key = KEEPING_FACTORS.map((factor) => facts[factor]).join(' ');
    const before = cells.get(key);
    cells.set(key, {
      ...facts,
      n: (before?.n ?? 0) + n,
      kept: (before?.kept ?? 0) + kept,
    });
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}
