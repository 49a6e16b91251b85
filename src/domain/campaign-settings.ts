import type { AutoStopSettings } from './auto-stop';
import type { AccountFilter } from './campaign-document/account-filter';
import type { AutomaticRule } from './campaign-document/automatic-rule';
import type { CallerIds } from './campaign-document/caller-ids';
import type { CallingWindow, Courtesy } from './campaign-document/calling-hours';
import type { Experiment } from './campaign-document/experiment';
import type { OrderingWeights, Segment } from './campaign-document/ordering';
import type { PhoneOrder } from './campaign-document/phone-order';
import type { Reminders } from './campaign-document/reminders';
import type { RetrySettings } from './campaign-document/retry-plan';
import type { CampaignMode, Share } from './campaign-document/share';

/** The parts of a document that the REST fields of a campaign set too. */
export interface CallSettings extends CallerIds {
  /** From the first 18x to our CANCEL, ms. */
  readonly ringTimeoutMs?: number | undefined;
  /** Longest wrap-up, ms. */
  readonly wrapUpLimitMs?: number | undefined;
  /** Unset: any enabled trunk, by priority. */
  readonly trunkIds?: readonly string[] | undefined;
  /** When the campaign stops by itself; unset: the usual limits. */
  readonly autoStop?: AutoStopSettings | undefined;
  /** Most that its calls may cost before it stops, integer minor units of its creditor's currency as text. Unset: no limit. */
  readonly costCapMinor?: string | undefined;
}

/** A campaign's document but for its name, filter, packs and pools, with ids in the place of names. */
export interface CampaignSettings extends CallSettings {
  readonly reminders?: Reminders | undefined;
  readonly segments?: readonly Segment[] | undefined;
  readonly ordering?: Partial<OrderingWeights> | undefined;
  readonly callingHours?: readonly CallingWindow[] | undefined;
  readonly courtesy?: Courtesy | undefined;
  readonly retry?: RetrySettings | undefined;
  readonly phones?: PhoneOrder | undefined;
  readonly mode?: CampaignMode | undefined;
  /** How long an account is shown in mode `preview`, ms. */
  readonly previewLimitMs?: number | undefined;
  /** Are numbers looked up before they are dialed, where the creditor has a look-up? Unset: yes. */
  readonly numberLookUp?: boolean | undefined;
  /** Each of its agents has them all. */
  readonly skills?: readonly string[] | undefined;
  readonly share?: Share | undefined;
  readonly rules?: readonly AutomaticRule[] | undefined;
  readonly experiment?: Experiment | undefined;
}

/** What people decide of a campaign. */
export interface CampaignParts {
  readonly name: string;
  readonly filter: AccountFilter;
  readonly settings: CampaignSettings;
  /** Packs of policy that are named; those that follow from its hours and courtesy come on top. */
  readonly rulePacks: readonly string[];
  readonly poolIds: readonly string[];
}

/** Inclusive limits, ms. */
export const RING_TIMEOUT_MS = { min: 5_000, max: 120_000, usual: 30_000 } as const;
export const WRAP_UP_LIMIT_MS = { min: 5_000, max: 900_000, usual: 45_000 } as const;
export const DEFAULT_RING_TIMEOUT_MS = RING_TIMEOUT_MS.usual;
