import type { DialingRow, PhoneRow } from '../src/db/dialing-facts';
import type { PersonFacts } from '../src/db/call-history';
import { DEFAULT_RING_TIMEOUT_MS } from '../src/domain/campaign-settings';
import type { CallFacts, CallPurpose, ContactEvent, Instant } from '../src/domain/call-facts';
import type { StandingSwitch } from '../src/domain/kill-switch';
import { TARGET_OF_OWNER } from '../src/domain/phone-owner';
import type { CallMode } from '../src/domain/call-mode';
import type { ZoneConfidence, ZoneSource } from '../src/domain/zone-evidence';

/** The three looks: when it is reserved, when the sip role takes it up, right before the INVITE. */
export type GateStage = 'reserve' | 'lease' | 'invite';

/**
 * The whole input of the gate's decision as plain JSON: kept beside the decision, so that it can
 * be decided again. Ids, states and amounts; no name and no number of a person.
 */
export interface GateFacts {
  readonly stage: GateStage;
  /** The database's clock, which decides. */
  readonly at: Instant;
  /** This process's clock right before and after the database told its own. */
  readonly clock: { readonly askedAt: Instant; readonly answeredAt: Instant };
  /** Longest ringing and its margin: the call must be allowed until then, ms. */
  readonly guardMs: number;
  readonly mode: CallMode;
  readonly account: {
    readonly id: string;
    readonly creditorId: string;
    readonly debtorId: string;
    readonly status: 'open' | 'paid' | 'closed';
    readonly blockedReason: string | null;
    /** Integer minor units. */
    readonly amountDueMinor: string;
    readonly currency: string;
  };
  readonly campaign: {
    readonly id: string;
    readonly creditorId: string;
    readonly state: string;
    readonly version: number;
  };
  /** The number to dial; null: the person has none that may be meant. */
  readonly phoneId: string | null;
  /** Enabled trunks that the campaign may use, best first. */
  readonly trunks: readonly { readonly id: string; readonly loopback: boolean }[];
  readonly switches: readonly StandingSwitch[];
  /** The consent by which this third person may be asked where the debtor is. */
  readonly locateConsentId: string | null;
  readonly zoneSource: ZoneSource;
  readonly zoneConfidence: ZoneConfidence;
  readonly call: CallFacts;
  /** The ledger, as far back as the rules look. */
  readonly events: readonly ContactEvent[];
}

/** Beyond the ring time: until the CANCEL has been answered. */
const RING_MARGIN_MS = 5_000;

function guardMsOf(settings: DialingRow['campaign']['settings']): number {
  return (settings.ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS) + RING_MARGIN_MS;
}

/** What was read, put together. Pure. */
export function toGateFacts(read: {
  readonly stage: GateStage;
  readonly purpose: CallPurpose;
  readonly mode: CallMode;
  readonly row: DialingRow;
  readonly phone: PhoneRow | null;
  readonly person: PersonFacts;
  readonly events: readonly ContactEvent[];
  readonly zones: readonly string[];
  readonly zoneSource: ZoneSource;
  readonly zoneConfidence: ZoneConfidence;
  readonly campaignStats: { readonly abandoned: number; readonly liveAnswered: number } | null;
  readonly clock: GateFacts['clock'];
}): GateFacts {
  const { row, person, phone } = read;
  const { id, creditorId, debtorId, status, blockedReason, amountDueMinor, currency } = row.account;
  return {
    stage: read.stage,
    at: row.at.toISOString(),
    clock: read.clock,
    guardMs: guardMsOf(row.campaign.settings),
    mode: read.mode,
    account: { id, creditorId, debtorId, status, blockedReason, amountDueMinor, currency },
    campaign: {
      id: row.campaign.id,
      creditorId: row.campaign.creditorId,
      state: row.campaign.state,
      version: row.campaign.version,
    },
    phoneId: phone?.id ?? null,
    trunks: row.trunks.map((trunk) => ({ id: trunk.id, loopback: isLoopback(trunk.host) })),
    switches: row.switches,
    locateConsentId: person.locateConsentId,
    zoneSource: read.zoneSource,
    zoneConfidence: read.zoneConfidence,
    call: callFacts(read),
    events: read.events,
  };
}

function callFacts(read: Parameters<typeof toGateFacts>[0]): CallFacts {
  const { row, phone, person, campaignStats } = read;
  const { account, creditor, debtor } = row;
  return {
    zones: read.zones,
    ...(debtor.province === null ? {} : { region: debtor.province }),
    target: phone === null ? 'consumer' : TARGET_OF_OWNER[phone.owner],
    ...(read.purpose === 'locate' ? { purpose: 'locate' as const } : {}),
    collector: creditor.collector,
    person: account.debtorId,
    debt: {
      id: account.id,
      kind: account.debtKind,
      dpd: Math.max(0, account.daysPastDue),
      creditor: account.creditorId,
      ...(account.noticeMailedOn === null ? {} : { noticeMailedOn: account.noticeMailedOn }),
    },
    // no number: what counts by number counts nothing
    number: phone?.id ?? 'none',
    place: phone?.place ?? 'mobile',
    line: phone?.line === 'fixed' ? 'residential_landline' : 'mobile',
    mode: 'live',
    consents: person.consents,
    preferences: person.preferences,
    holds: person.holds,
    ...(campaignStats === null ? {} : { campaignStats }),
  };
}

function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '[::1]';
}
