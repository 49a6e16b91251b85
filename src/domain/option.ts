import type { Ability } from './ability';
import type { Bucket } from './campaign-document/account-filter';
import type { Keeping } from './keeping-chance';
import type { OptionKind } from './option-kind';
import type { RootCause } from './outcome-code';
import type { Said } from './said';

/** Those that an agreement is made of; the others are promises to pay. */
export const AGREEMENT_KINDS = ['plan', 'reschedule', 'deferment', 'settlement'] as const;
export type AgreementKind = (typeof AGREEMENT_KINDS)[number];

/** Whose authority a discount needs, lowest first. */
export const AUTHORITIES = ['agent', 'supervisor', 'manager'] as const;
export type Authority = (typeof AUTHORITIES)[number];

/** Has somebody of this authority at least that which is needed? */
export const isWithin = (needed: Authority, authority: Authority): boolean =>
  AUTHORITIES.indexOf(authority) >= AUTHORITIES.indexOf(needed);

/** Integer minor units by component of a debt. */
export interface OptionAmounts {
  readonly principalMinor: bigint;
  readonly interestMinor: bigint;
  readonly penaltyMinor: bigint;
  readonly feeMinor: bigint;
}

export const sumOf = (of: OptionAmounts): bigint =>
  of.principalMinor + of.interestMinor + of.penaltyMinor + of.feeMinor;

/**
 * All that options rest on. Nothing of who the person is or who calls enters: no name, sex, place,
 * number, id or tone. Days are counted from today, so that equal facts of two days are equal.
 */
export interface OptionFacts {
  /** ISO 4217. */
  readonly currency: string;
  readonly product: string | null;
  readonly bucket: Bucket;
  readonly daysPastDue: number;
  /** What is due today or was before. */
  readonly due: OptionAmounts;
  /** What is owed in all. */
  readonly total: OptionAmounts;
  /** The instalment that is unpaid for longest; null: nothing is owed. */
  readonly oldest: {
    readonly number: number;
    readonly outstandingMinor: bigint;
    /** Negative: past due. */
    readonly dueInDays: number;
  } | null;
  readonly rootCause: RootCause;
  /** Null: not told. */
  readonly ability: Ability | null;
  readonly history: OptionHistory;
  /** False: the person objects to profiling, so no chance of keeping is reckoned. */
  readonly mayBeForetold: boolean;
  /** Who offers: what is beyond it needs a second person. */
  readonly authority: Authority;
}

/** Of the account, in the last 12 months. */
export interface OptionHistory {
  readonly reschedules: number;
  readonly deferments: number;
  readonly broken: number;
  /** Promises that were broken, instalments of agreements among them. */
  readonly brokenPromises: number;
  /** An agreement is running: another one would take its place. */
  readonly isRunning: boolean;
}

/** The terms of an option, in days from today and integer minor units. */
export type OptionTerms =
  | { readonly kind: 'pay_full'; readonly amountMinor: bigint }
  | { readonly kind: 'pay_part'; readonly amountMinor: bigint; readonly restMinor: bigint }
  | {
      readonly kind: 'reschedule';
      readonly instalment: number;
      readonly amountMinor: bigint;
      readonly feeMinor: bigint;
      readonly fromInDays: number;
      readonly toInDays: number;
    }
  | {
      readonly kind: 'plan';
      readonly amountMinor: bigint;
      readonly firstInDays: number;
      /** Monthly from the first on. */
      readonly instalmentsMinor: readonly bigint[];
    }
  | {
      readonly kind: 'deferment';
      readonly amountMinor: bigint;
      readonly days: number;
      readonly checkInDays: number;
      /** What interest the days add; zero when it does not run. */
      readonly interestMinor: bigint;
      readonly needsEvidence: boolean;
    }
  | {
      readonly kind: 'settlement';
      readonly payMinor: bigint;
      readonly withinDays: number;
      /** What the lender gives up when it is paid. */
      readonly waived: OptionAmounts;
    };

/** An option that may be offered, with what it means to both sides. */
export interface RankedOption {
  readonly kind: OptionKind;
  readonly terms: OptionTerms;
  /** What it costs the lender against being paid today: what is waived and the price of waiting. */
  readonly costMinor: bigint;
  /** The highest payment of a month as a share of the disposable income; null: ability not told. */
  readonly strainPercent: number | null;
  /** Whose word it needs beside the offering one; null: nobody's. */
  readonly approval: Exclude<Authority, 'agent'> | null;
  readonly keeping: Keeping;
  readonly reasons: readonly OptionReason[];
}

/** Why an option stands where it stands. */
export const OPTION_REASONS = [
  'ends_it_today',
  'fits_cause',
  'fits_ability',
  'ability_not_told',
  'on_payday',
  'fewest_instalments',
  'gentler',
  'gives_time',
  'late_stage',
  'kept_more_often',
  'kept_less_often',
  'within_your_authority',
  'needs_second_person',
  'takes_place_of_agreement',
] as const;
export type OptionReason = (typeof OPTION_REASONS)[number];

/** Why a kind of option is not offered. */
export const OPTION_REFUSALS = [
  'nothing_owed',
  'nothing_due',
  'beyond_ability',
  'ability_not_told',
  'single_amount',
  'limit_reached',
  'too_many_instalments',
  'not_for_this_cause',
  'not_at_this_stage',
  'no_authority',
  'below_floor',
  'in_dispute',
  'not_offered_by_creditor',
] as const;
export type OptionRefusal = (typeof OPTION_REFUSALS)[number];

export interface RefusedOption {
  readonly kind: OptionKind;
  readonly reason: OptionRefusal;
}

/** Best first; nothing allowed is a legal result: a supervisor is asked. */
export interface Options {
  readonly allowed: readonly RankedOption[];
  readonly refused: readonly RefusedOption[];
}

export const REASON_WORDS: Readonly<Record<OptionReason, Said>> = {
  ends_it_today: { id: 'tunggakan selesai hari ini', en: 'the arrears end today' },
  fits_cause: { id: 'sesuai dengan penyebabnya', en: 'fits the cause' },
  fits_ability: { id: 'sesuai kemampuan', en: 'within the ability to pay' },
  ability_not_told: { id: 'kemampuan belum diketahui', en: 'the ability is not known' },
  on_payday: { id: 'jatuh pada hari gajian', en: 'falls on the payday' },
  fewest_instalments: { id: 'angsuran paling sedikit', en: 'the fewest instalments' },
  gentler: { id: 'angsuran lebih ringan', en: 'smaller instalments' },
  gives_time: { id: 'memberi waktu untuk pulih', en: 'gives time to recover' },
  late_stage: { id: 'tunggakan sudah lama', en: 'long past due' },
  kept_more_often: {
    id: 'lebih sering ditepati daripada biasanya',
    en: 'kept more often than usual',
  },
  kept_less_often: {
    id: 'lebih jarang ditepati daripada biasanya',
    en: 'kept less often than usual',
  },
  within_your_authority: { id: 'dalam wewenang Anda', en: 'within your authority' },
  needs_second_person: { id: 'perlu persetujuan orang kedua', en: 'needs a second person' },
  takes_place_of_agreement: {
    id: 'menggantikan kesepakatan yang berjalan',
    en: 'takes the place of the agreement that runs',
  },
};

export const REFUSAL_WORDS: Readonly<Record<OptionRefusal, Said>> = {
  nothing_owed: { id: 'tidak ada utang', en: 'nothing is owed' },
  nothing_due: { id: 'belum ada yang jatuh tempo', en: 'nothing is due yet' },
  beyond_ability: { id: 'di luar kemampuan', en: 'beyond the ability to pay' },
  ability_not_told: {
    id: 'tanyakan penghasilan, biaya tetap dan utang lain',
    en: 'ask for income, fixed cost and other debts',
  },
  single_amount: { id: 'jumlahnya terlalu kecil untuk dibagi', en: 'too small to be divided' },
  limit_reached: { id: 'batas dalam 12 bulan tercapai', en: 'the limit of 12 months is reached' },
  too_many_instalments: {
    id: 'perlu lebih banyak angsuran daripada yang diperbolehkan',
    en: 'would take more instalments than allowed',
  },
  not_for_this_cause: { id: 'bukan untuk penyebab ini', en: 'not for this cause' },
  not_at_this_stage: { id: 'bukan pada tahap ini', en: 'not at this stage' },
  no_authority: { id: 'tidak ada wewenang untuk itu', en: 'nobody has the authority' },
  below_floor: { id: 'di bawah batas terendah', en: 'below the floor' },
  in_dispute: {
    id: 'utang disengketakan: catat sengketa',
    en: 'the debt is disputed: record the dispute',
  },
  not_offered_by_creditor: {
    id: 'tidak ditawarkan kreditur',
    en: 'the creditor does not offer it',
  },
};
