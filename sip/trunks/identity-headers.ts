import type { CliPolicy } from '../../src/domain/cli-policy';

export interface IdentityWishes {
  readonly policy: CliPolicy;
  /** The trunk's. */
  readonly host: string;
  /** Of the trunk's account; null: it knows us by our address. */
  readonly username: string | null;
  /** E.164, of the trunk's own numbers. */
  readonly callerId: string;
  /** E.164: who is called. */
  readonly called: string;
  /** Somebody is asked into a talk: E.164 of the number of ours that it is held by; null: a call of its own. */
  readonly divertedFrom: string | null;
  /** `Identity` of whoever called us in the talk that is handed on (RFC 8224); empty: none. */
  readonly identity: string;
}

/** RFC 3323, 4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** RFC 8224, 4: base64url, angle brackets round a URI, parameters. Anything else is not handed on. */
const IDENTITY = /^[\x21-\x7e][\x20-\x7e]{0,8191}$/;

/** RFC 3261, 25.1: what may stand in a user part as it is. */
const escapeUser = (user: string): string =>
  encodeURIComponent(user).replace(/%(?:24|26|2B|2C|3B|3D|2F|3F)/g, decodeURIComponent);

/** The headers of an INVITE that say who calls, as the carrier wants to be told. */
export function identityHeaders(wishes: IdentityWishes): Record<string, string> {
  const { policy, callerId, identity } = wishes;
  const domain = policy.domain ?? wishes.host;
  const number = `<sip:${callerId}@${domain}>`;
  return {
    From: fromOf(wishes, domain, number),
    ...(policy.header === 'from' ? {} : { 'P-Asserted-Identity': number }),
    ...(policy.privacy === 'id' ? { Privacy: 'id' } : {}),
    ...diversionOf(wishes, domain),
    ...(IDENTITY.test(identity) ? { Identity: identity } : {}),
  };
}

function fromOf({ policy, username }: IdentityWishes, domain: string, number: string): string {
  if (policy.privacy === 'id') return ANONYMOUS;
  if (policy.header !== 'asserted') return number;
  return username === null ? ANONYMOUS : `<sip:${escapeUser(username)}@${domain}>`;
}

function diversionOf(wishes: IdentityWishes, domain: string): Record<string, string> {
  const { policy, divertedFrom, called, host } = wishes;
  if (divertedFrom === null) return {};
  const from = `sip:${divertedFrom}@${domain}`;
  const privacy = policy.privacy === 'id' ? ';privacy=full' : '';
  switch (policy.diversion) {
    case 'none':
      return {};
    case 'diversion':
      return { Diversion: `<${from}>;reason=deflection;counter=1${privacy}` };
    case 'history_info':
      // RFC 7044, 10.1.2: the reason stands escaped in the URI it is about; 302 is a deflection
      return {
        'History-Info': `<${from}?Reason=SIP%3Bcause%3D302>;index=1, <sip:${called}@${host}>;index=1.1;mp=1`,
      };
  }
}
