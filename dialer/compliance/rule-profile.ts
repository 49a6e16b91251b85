/**
 * Rule packs as data. The shape follows the product's rule-pack format: a profile is an immutable
 * version; each rule names its force and the text it rests on. No expression language.
 */
export type RuleForce = 'law' | 'presumption' | 'guideline' | 'association' | 'policy';

/** Half-open on the wall clock, `[from, to)`; days are ISO, 1 = Monday … 7 = Sunday. */
export interface LocalWindow {
  readonly days: readonly number[];
  /** `HH:mm` */
  readonly from: string;
  /** `HH:mm`; `24:00` is the end of the day. */
  readonly to: string;
}

interface RuleBase {
  readonly id: string;
  readonly force: RuleForce;
  readonly cite: string;
}

export type Rule =
  | (RuleBase & { readonly kind: 'window'; readonly windows: readonly LocalWindow[] })
  | (RuleBase & {
      readonly kind: 'cap';
      readonly scope: readonly ['person'];
      readonly count: 'attempt';
      readonly max: number;
      /** `localDays: n` covers the local dates D-n+1 … D. */
      readonly period: { readonly localDays: number };
    });

export interface RuleProfile {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly jurisdiction: string;
  /** Local date at the debtor, inclusive. */
  readonly effectiveFrom: string;
  /** For made-up people: a campaign under it reaches only trunks on this machine's loopback. */
  readonly simulatedOnly?: true;
  readonly rules: readonly Rule[];
}
