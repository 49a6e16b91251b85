import type { AutoStopSettings } from './auto-stop';

/** Which accounts of the creditor a campaign takes; an absent field does not narrow. */
export interface CampaignFilter {
  /** Days past due, inclusive. */
  readonly minDaysPastDue?: number | undefined;
  readonly maxDaysPastDue?: number | undefined;
  /** Integer minor units, as text. */
  readonly minAmountDueMinor?: string | undefined;
  readonly products?: string[] | undefined;
}

export interface CampaignSettings {
  /** From the first 18x to our CANCEL, ms. */
  readonly ringTimeoutMs?: number | undefined;
  /** Longest wrap-up, ms. */
  readonly wrapUpLimitMs?: number | undefined;
  /** E.164; one of the trunks' caller IDs. Unset: the trunk's first. */
  readonly callerId?: string | undefined;
  /** Unset: any enabled trunk, by priority. */
  readonly trunkIds?: string[] | undefined;
  /** When the campaign stops by itself; unset: the usual limits. */
  readonly autoStop?: AutoStopSettings | undefined;
  /** Most that its calls may cost before it stops, integer minor units as text. Unset: no limit. */
  readonly costCapMinor?: string | undefined;
}

/** Inclusive limits, ms. */
export const RING_TIMEOUT_MS = { min: 5_000, max: 120_000, usual: 30_000 } as const;
export const WRAP_UP_LIMIT_MS = { min: 5_000, max: 900_000, usual: 45_000 } as const;
export const DEFAULT_RING_TIMEOUT_MS = RING_TIMEOUT_MS.usual;
