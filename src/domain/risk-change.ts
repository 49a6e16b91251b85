import { isWorse, type RiskScore } from './risk-score';
import type { Characteristic, RiskBand } from './risk-scorecard';

/** What may help before somebody falls behind. A person decides; nothing follows by itself. */
export const RISK_ACTIONS = ['remind_early', 'offer_plan', 'review_terms'] as const;
export type RiskAction = (typeof RISK_ACTIONS)[number];

const ACTION_OF_BAND: Readonly<Record<RiskBand, RiskAction | null>> = {
  low: null,
  /** A reminder before the date, by message. */
  watch: 'remind_early',
  /** Talk about what the person can pay before it is too late. */
  high: 'offer_plan',
  /** The lender looks at the terms of what it lends next. */
  very_high: 'review_terms',
};

/** The band of a person changed. */
export interface RiskChange {
  readonly debtorId: string;
  readonly creditorId: string;
  readonly from: RiskBand;
  readonly to: RiskBand;
  readonly points: number;
  readonly reasons: readonly Characteristic[];
  /** Null: nothing is suggested. */
  readonly action: RiskAction | null;
}

/** Null: the band is the same, or there was none to compare it with. @param last by the same scorecard */
export function riskChange(
  last: RiskScore | null,
  now: RiskScore | null,
  suggests: boolean,
): Omit<RiskChange, 'debtorId' | 'creditorId'> | null {
  if (last === null || now === null || last.band === now.band) return null;
  const action = suggests && isWorse(now.band, last.band) ? ACTION_OF_BAND[now.band] : null;
  const { points, reasons } = now;
  return { from: last.band, to: now.band, points, reasons, action };
}
