import { numberFromNetwork } from '../../src/domain/network-number';
import { userOf } from '../gateway/user-of';

/** Headers that say who calls. */
export interface IdentityHeaders {
  /** All values of P-Asserted-Identity, comma-separated; empty: none. */
  readonly assertedIdentity: string;
  readonly from: string;
}

/**
 * Who calls by a trunk that we trust (RFC 3325, 9): the identity that the carrier asserts is preferred
 * to the From header, which the caller wrote. It is asserted to us also when the caller wants it
 * withheld from others (Privacy: id); agents see masked numbers anyway. `anonymous@anonymous.invalid`
 * (RFC 3323, 4.1.1.3) and whatever is no number is null.
 * @param called E.164: what is written as within a country is within its country
 */
export function callerOf(headers: IdentityHeaders, called: string): string | null {
  for (const value of headers.assertedIdentity.split(/,(?=\s*(?:<|"|sips?:|tel:))/i)) {
    const number = numberFromNetwork(userOf(value), called);
    if (number !== null) return number;
  }
  return numberFromNetwork(userOf(headers.from), called);
}

/** Where a carrier says which number was called. */
export interface CalledHeaders {
  readonly requestUri: string;
  /** RFC 7315, 4.2; empty: none. */
  readonly calledParty: string;
  readonly to: string;
}

/**
 * The number that was called, if it is one of these; E.164. A carrier at which we registered calls our
 * contact, whose user is no number: then P-Called-Party-ID says it, or the To header.
 */
export function calledOf(headers: CalledHeaders, numbers: readonly string[]): string | null {
  const { requestUri, calledParty, to } = headers;
  for (const value of [requestUri, calledParty, to]) {
    const user = userOf(value);
    const called = numbers.find((number) => numberFromNetwork(user, number) === number);
    if (called !== undefined) return called;
    // a number that is not ours is not looked for elsewhere
    if (/^\+?\d+$/.test(user)) return null;
  }
  return null;
}
