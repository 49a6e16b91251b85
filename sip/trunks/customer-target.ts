import { createHash } from 'node:crypto';
import type { Trunk } from '../../src/db/trunk-routing';
import type { CallablePhone } from '../../src/domain/phone-owner';
import { identityHeaders } from './identity-headers';

/** Where an INVITE to a debtor goes and whom it names. No id of ours leaves with it. */
export interface CustomerTarget {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A trunk's numbers in the order in which a person may be shown them: each person has one of their own
 * (features F3), so that they know who calls and can call back, and the next ones when it may not be shown.
 */
export function inPersonsOrder(callerIds: readonly string[], phoneId: string): string[] {
  const spread = createHash('sha256').update(phoneId).digest().readUInt32BE(0);
  const first = spread % callerIds.length;
  return [...callerIds.slice(first), ...callerIds.slice(0, first)];
}

/**
 * The number shown to the debtor, or null when this trunk may show none of those that are wished, the
 * first first. Without a wish it is the first of the trunk's, which are in the person's order.
 */
export function chooseCallerId(
  trunk: Pick<Trunk, 'callerIds'>,
  wished: readonly string[],
): string | null {
  if (wished.length > 0) return wished.find((one) => trunk.callerIds.includes(one)) ?? null;
  return trunk.callerIds[0] ?? null;
}

/** Where a trunk is reached; `user` for a call, none for a question to the trunk itself. */
export function trunkUri(
  trunk: Pick<Trunk, 'host' | 'port' | 'transport'>,
  user: string | null = null,
): string {
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`;
  return `sip:${user === null ? '' : `${user}@`}${trunk.host}:${trunk.port}${transport}`;
}

/** Of a call that hands a talk on. */
export interface HandedOn {
  /** E.164: the number of ours that the talk is held by; null: a call of its own. */
  readonly divertedFrom: string | null;
  /** `Identity` of whoever called us (RFC 8224); empty: none. */
  readonly identity: string;
}

const NOT_HANDED_ON: HandedOn = { divertedFrom: null, identity: '' };

/** Takes a number that a permit was given for and no other third person's: the type is the guard. */
export function customerTarget(
  trunk: Pick<Trunk, 'host' | 'port' | 'transport' | 'username' | 'cliPolicy'>,
  phone: CallablePhone,
  callerId: string,
  handedOn = NOT_HANDED_ON,
): CustomerTarget {
  const { host, username, cliPolicy: policy } = trunk;
  const called = phone.e164;
  return {
    uri: trunkUri(trunk, called),
    headers: {
      To: `<sip:${called}@${host}>`,
      ...identityHeaders({ policy, host, username, callerId, called, ...handedOn }),
    },
  };
}
