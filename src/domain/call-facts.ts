/**
 * What the rules look at, as plain JSON: the same shape in the database's decision records, in
 * rule files and in memory, so that a decision can be replayed from what was kept. Instants are
 * ISO 8601 in UTC (`2026-11-23T01:00:00.000Z`). Ids are opaque; no name and no number is in here.
 */
export type Instant = string;

/** One piece of evidence of where the person is; a golden case names exactly one key each. */
export type ZoneEvidence =
  | { readonly iana: string }
  /** ISO 3166-2, `ID-JK`. */
  | { readonly province: string }
  /** Area code, with or without the trunk 0. */
  | { readonly areaCode: string }
  /** A mobile number says nothing of a place: all zones of the country. */
  | { readonly mobile: string };

export const CALL_TARGETS = [
  'consumer',
  'spouse',
  'co_borrower',
  'guarantor',
  'emergency_contact',
  'employer',
  'third_party',
] as const;
export type CallTarget = (typeof CALL_TARGETS)[number];

/** `locate`: only to learn where the person is, never to collect. */
export const CALL_PURPOSES = ['collect', 'locate'] as const;
export type CallPurpose = (typeof CALL_PURPOSES)[number];
export type Collector = 'first_party' | 'third_party';
export type Place = 'home' | 'mobile' | 'work';
export type Line = 'mobile' | 'residential_landline' | 'business';
/**
 * `live`: an agent is held before the call leaves (progressive, manual, callback); `text`: a message that
 * is read, by whatever channel.
 */
export type ContactMode = 'live' | 'preview' | 'predictive' | 'prerecorded' | 'text';

/** Half-open on the wall clock, `[from, to)`; `to` before `from` runs over midnight. */
export interface LocalWindow {
  /** ISO weekdays, 1 = Monday … 7 = Sunday; over midnight the start day owns the window. */
  readonly days: readonly number[];
  /** `HH:mm` */
  readonly from: string;
  /** `HH:mm`; `24:00` is the end of the day. */
  readonly to: string;
}

export interface TimeConsent {
  readonly kind: 'time';
  readonly id?: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly windows: readonly LocalWindow[];
  readonly includesHolidays: boolean;
  readonly revokedAt?: Instant;
}
export interface FrequencyConsent {
  readonly kind: 'frequency';
  readonly id?: string;
  readonly givenAt: Instant;
  readonly revokedAt?: Instant;
}
export type CallConsent = TimeConsent | FrequencyConsent;

/** A reason not to call, for a while or for good; `debt` or `number` narrow it to those. */
export interface CallHold {
  readonly kind: string;
  readonly id?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  /** Local dates `[startsOn, startsOn + days)`; without `days` open at the end. */
  readonly startsOn?: string;
  readonly days?: number;
  readonly debt?: string;
  readonly number?: string;
}

export const CONTACT_OUTCOMES = [
  'reserved',
  'no_answer',
  'no_answer_no_vm',
  'busy',
  'sit_invalid',
  'not_connected',
  'voicemail_left',
  'voicemail_reached_no_msg',
  'amd_machine',
  'answered_other',
  'conversation',
  'abandoned',
  'unknown',
  'letter',
  'text',
] as const;
export type ContactOutcome = (typeof CONTACT_OUTCOMES)[number];

/** One entry of the contact ledger. What never left our switch is not in it. */
export interface ContactEvent {
  readonly id?: string;
  readonly at: Instant;
  readonly outcome: ContactOutcome;
  readonly direction: 'out' | 'in';
  readonly person: string;
  /** Accounts that it was about; a rule's scope `debt` and `account` both mean these. */
  readonly debts: readonly string[];
  /** Same id, same telephone number, whoever's it is. */
  readonly number: string;
  readonly place: Place;
  readonly mode: ContactMode;
  readonly creditor?: string;
  readonly purpose?: CallPurpose;
}

/** Dated facts of a debt that a rule can wait for; of another no debt ever has a date. */
export const DEBT_DATES = ['noticeMailedOn'] as const;
export type DebtDate = (typeof DEBT_DATES)[number];

/** Facts of one intended call, its ledger apart. */
export interface CallFacts {
  /** IANA zones the person may be in, from the evidence; none: the call is denied. */
  readonly zones: readonly string[];
  /** ISO 3166-2 of the address, for rules of a region. */
  readonly region?: string;
  readonly target: CallTarget;
  /** Absent: `collect`. */
  readonly purpose?: CallPurpose;
  readonly collector: Collector;
  readonly person: string;
  readonly debt: {
    readonly id: string;
    readonly kind: string;
    readonly dpd?: number;
    readonly creditor?: string;
  } & {
    /** Local date. */
    readonly [Fact in DebtDate]?: string;
  };
  readonly number: string;
  readonly place: Place;
  readonly line: Line;
  readonly mode: ContactMode;
  readonly consents: readonly CallConsent[];
  /** Times at which the person does not want to be called. */
  readonly preferences: readonly LocalWindow[];
  readonly holds: readonly CallHold[];
  readonly campaignStats?: { readonly abandoned: number; readonly liveAnswered: number };
}
