/** Who answers a number. Only the debtor's own may be called to collect. */
export const PHONE_OWNERS = ['debtor', 'spouse', 'emergency', 'employer', 'other'] as const;
export type PhoneOwner = (typeof PHONE_OWNERS)[number];
export type ThirdParty = Exclude<PhoneOwner, 'debtor'>;

declare const thirdParty: unique symbol;

/** E.164 number that the debtor answers: the only kind that a permit and a call accept. */
export interface DebtorPhone {
  readonly id: string;
  readonly owner: 'debtor';
  readonly e164: string;
}

/**
 * A number that somebody else answers. It has another shape on purpose: there is no `e164` to
 * pass on, and no function of this product that places a call takes one.
 */
export interface ThirdPartyPhone {
  readonly id: string;
  readonly owner: ThirdParty;
  readonly [thirdParty]: string;
}

/** `+6281200001234` -> `+62 8** **** 234`: what an agent may see. */
export function maskE164(e164: string): string {
  return e164.startsWith('+62')
    ? `+62 ${e164.slice(3, 4)}** **** ${e164.slice(-3)}`
    : `${e164.slice(0, 3)} *** **** ${e164.slice(-3)}`;
}
