import type {
  CallPurpose,
  CallTarget,
  Collector,
  ContactMode,
  ContactOutcome,
  Line,
  LocalWindow,
  Place,
} from '../../src/domain/call-facts';

/**
 * Rule packs as data: an immutable version, each rule with its force and the text it rests on.
 * The list of kinds is closed and there is no expression language: a market that needs something
 * new gets a new kind with its tests.
 */
export const RULE_FORCES = ['law', 'presumption', 'guideline', 'association', 'policy'] as const;
export type RuleForce = (typeof RULE_FORCES)[number];

/** Every named field must hold the call's (or event's) value; a field that is not named, any. */
export interface When {
  readonly place?: readonly Place[];
  readonly line?: readonly Line[];
  readonly mode?: readonly ContactMode[];
  readonly collector?: readonly Collector[];
  readonly debtKind?: readonly string[];
  /** A call or event without a purpose is `collect`. */
  readonly purpose?: readonly CallPurpose[];
  /** ISO 3166-2, also its first parts (`US-NY` covers `US-NY-NYC`); an unknown region matches. */
  readonly region?: readonly string[];
}

export interface RuleBase {
  readonly id: string;
  readonly force: RuleForce;
  readonly cite: string;
  readonly sourceIds?: readonly string[];
  readonly when?: When;
  /** What the person may consent to: `time` lifts hours, `frequency` lifts counts. */
  readonly overridableBy?: readonly 'time'[];
  readonly exemptBy?: readonly 'frequency'[];
  /** `agent_reserved`: only with an agent already held. Default `deny`. */
  readonly effect?: 'deny' | 'agent_reserved';
}

/** `localDays: n` covers the local dates D-n+1 … D; `hours: n` the instants less than n h ago. */
export type RulePeriod = { readonly localDays: number } | { readonly hours: number };

/** An event is in scope when it agrees with the call in every one of these. */
export const SCOPES = ['person', 'debt', 'account', 'number', 'creditor'] as const;
export type Scope = (typeof SCOPES)[number];

export interface WindowRule extends RuleBase {
  readonly kind: 'window';
  readonly windows: readonly LocalWindow[];
  /** The hours do not bind for debts more than so many days past due. */
  readonly exemptWhen?: { readonly dpdOver: number };
}
export interface BlackoutRule extends RuleBase {
  readonly kind: 'blackout';
  /** Local dates, both inclusive. */
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly windows: readonly LocalWindow[];
}
export interface HolidayRule extends RuleBase {
  readonly kind: 'holiday';
  /** Alias of the calendar, `ID`; the caller says which revision. */
  readonly calendar: string;
  readonly types: readonly string[];
}
/** The times that the person named as inconvenient. */
export interface PreferenceRule extends RuleBase {
  readonly kind: 'preference';
}
export interface HoldRule extends RuleBase {
  readonly kind: 'hold';
  /** Kinds of hold; `*` is every kind, those of tomorrow included. */
  readonly on: readonly string[];
}
export interface PartyRule extends RuleBase {
  readonly kind: 'party';
  readonly deny: readonly CallTarget[];
}
export interface DpdRule extends RuleBase {
  readonly kind: 'dpd';
  readonly max: number;
}
export interface MinDpdRule extends RuleBase {
  readonly kind: 'minDpd';
  readonly min: number;
}
/** More than so many local days after a dated fact of the debt. */
export interface WaitRule extends RuleBase {
  readonly kind: 'wait';
  readonly fact: string;
  readonly days: number;
}
export interface CapRule extends RuleBase {
  readonly kind: 'cap';
  readonly scope: readonly Scope[];
  /** `attempt`: every outcome but the excluded ones. */
  readonly count: 'attempt' | readonly ContactOutcome[];
  readonly excludeOutcomes?: readonly ContactOutcome[];
  readonly max: number;
  readonly period: RulePeriod;
  /** No calls for so long from the one that reached the limit, as a cool-off counts it. */
  readonly blockFor?: RulePeriod;
  readonly eventWhen?: When;
}
export interface CooloffRule extends RuleBase {
  readonly kind: 'cooloff';
  readonly scope: readonly Scope[];
  readonly outcomes: readonly ContactOutcome[];
  readonly period: RulePeriod;
  readonly eventWhen?: When;
}
export interface GapRule extends RuleBase {
  readonly kind: 'gap';
  readonly scope: readonly Scope[];
  readonly minutes: number;
  readonly eventWhen?: When;
}
export interface RedialRule extends RuleBase {
  readonly kind: 'redial';
  readonly after: readonly ContactOutcome[];
  readonly scope: readonly Scope[];
  readonly period: RulePeriod;
  readonly eventWhen?: When;
}
/** Of the campaign's calls that a person answered; integers only, nothing is rounded. */
export interface AbandonmentRule extends RuleBase {
  readonly kind: 'abandonment';
  readonly maxPct: number;
  readonly over?: 'campaign';
  readonly window?: { readonly hours: number } | { readonly days: number };
}

/** Settings that other parts read; they deny no call. */
export interface DialingRule extends RuleBase {
  readonly kind: 'dialing';
  readonly ringMinSeconds?: number;
  readonly connectMaxSeconds?: number;
  readonly messageOnAbandon?: boolean;
  readonly amd?: { readonly allowed: boolean; readonly falsePositivePct?: number };
}
export interface RecordingRule extends RuleBase {
  readonly kind: 'recording';
  readonly mode: 'none' | 'announce' | 'all_party';
  readonly announceLocale?: readonly string[];
  readonly retentionDays?: number;
  readonly audioRetentionDays?: number;
}
export interface IdentifyRule extends RuleBase {
  readonly kind: 'identify';
  readonly atStart?: boolean;
  readonly callerId?: 'registered';
}

export type Rule =
  | WindowRule
  | BlackoutRule
  | HolidayRule
  | PreferenceRule
  | HoldRule
  | PartyRule
  | DpdRule
  | MinDpdRule
  | WaitRule
  | CapRule
  | CooloffRule
  | GapRule
  | RedialRule
  | AbandonmentRule
  | DialingRule
  | RecordingRule
  | IdentifyRule;
export type RuleKind = Rule['kind'];

export interface Source {
  readonly id: string;
  readonly title: string;
  readonly citation: string;
  /** Left out when the text was not seen at one address. */
  readonly url?: string;
  /** Date; left out for what nobody has looked up. */
  readonly retrievedOn?: string;
  readonly evidence: 'text' | 'secondary' | 'unverified';
  readonly quoteSha256?: string;
}

export interface RulePack {
  readonly id: string;
  readonly version: number;
  readonly title?: string;
  /** ISO 3166 (`ID`, `US-MA`), or `*`. */
  readonly jurisdiction: string;
  readonly appliesTo?: {
    readonly productTypes?: readonly string[];
    readonly collector?: readonly Collector[];
  };
  /** Local date at the debtor, inclusive. */
  readonly effectiveFrom: string;
  /** Local date at the debtor, exclusive. */
  readonly effectiveTo?: string;
  readonly sources?: readonly Source[];
  /** A named person has read the law and signs for this version, else false. */
  readonly reviewed?: false | { readonly by: string; readonly on: string };
  /** For made-up people: a campaign under it reaches only trunks on this machine's loopback. */
  readonly simulatedOnly?: true;
  readonly rules: readonly Rule[];
}
