import type { CallTarget } from './call-facts';

/** Who answers a number. Only the debtor's own may be called to collect. */
export const PHONE_OWNERS = ['debtor', 'spouse', 'emergency', 'employer', 'other'] as const;
export type PhoneOwner = (typeof PHONE_OWNERS)[number];
export type ThirdParty = Exclude<PhoneOwner, 'debtor'>;

declare const thirdParty: unique symbol;
declare const locate: unique symbol;
declare const office: unique symbol;

/** E.164 number that the debtor answers: the only kind that a call to collect accepts. */
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

/**
 * The number of an emergency contact who agreed to be asked, once, where the debtor is. Made by
 * {@link locatePhone} alone, out of that consent; never to collect.
 */
export interface LocatePhone {
  readonly id: string;
  readonly owner: 'emergency';
  readonly e164: string;
  /** The recorded consent that the call rests on. */
  readonly consentId: string;
  readonly [locate]: true;
}

/**
 * An office of the creditor, which a talk may be handed to: on the creditor's list, and nobody's phone.
 * Made by {@link officePhone} alone; no call begins with one.
 */
export interface OfficePhone {
  readonly id: string;
  readonly owner: 'office';
  readonly e164: string;
  readonly [office]: true;
}

/** What a permitted call may be placed to. */
export type CallablePhone = DebtorPhone | LocatePhone | OfficePhone;

/** Null: it is retired, or stored as somebody's phone. */
export function officePhone(number: {
  readonly id: string;
  readonly e164: string;
  readonly isListed: boolean;
  readonly isSomebodys: boolean;
}): OfficePhone | null {
  if (!number.isListed || number.isSomebodys) return null;
  return { id: number.id, owner: 'office', e164: number.e164 } as OfficePhone;
}

/** Null: nobody agreed, or it is no emergency contact's number. */
export function locatePhone(
  phone: { readonly id: string; readonly owner: PhoneOwner; readonly e164: string },
  consentId: string | null,
): LocatePhone | null {
  if (phone.owner !== 'emergency' || consentId === null) return null;
  const { id, owner, e164 } = phone;
  return { id, owner, e164, consentId } as LocatePhone;
}

/** What the rules call whoever answers. */
export const TARGET_OF_OWNER: Readonly<Record<PhoneOwner, CallTarget>> = {
  debtor: 'consumer',
  spouse: 'spouse',
  emergency: 'emergency_contact',
  employer: 'employer',
  other: 'third_party',
};

/** `+6281200001234` -> `+62 8** **** 234`: what an agent may see. */
export function maskE164(e164: string): string {
  return e164.startsWith('+62')
    ? `+62 ${e164.slice(3, 4)}** **** ${e164.slice(-3)}`
    : `${e164.slice(0, 3)} *** **** ${e164.slice(-3)}`;
}
