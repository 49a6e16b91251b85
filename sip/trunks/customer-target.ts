import { createHash } from 'node:crypto';
import type { Trunk } from '../../src/db/trunk-routing';
import type { CallablePhone } from '../../src/domain/phone-owner';

/** Where an INVITE to a debtor goes and whom it names. No id of ours leaves with it. */
export interface CustomerTarget {
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The number shown to the debtor, or null when this trunk may show none of those that are wished,
 * the first first. Without a wish each person always sees the same of the trunk's numbers, so that they know who
 * calls and can call back (features F3).
 */
export function chooseCallerId(
  trunk: Pick<Trunk, 'callerIds'>,
  wished: readonly string[],
  phoneId: string,
): string | null {
  if (wished.length > 0) return wished.find((one) => trunk.callerIds.includes(one)) ?? null;
  const spread = createHash('sha256').update(phoneId).digest().readUInt32BE(0);
  return trunk.callerIds[spread % trunk.callerIds.length] ?? null;
}

/** Where a trunk is reached; `user` for a call, none for a question to the trunk itself. */
export function trunkUri(
  trunk: Pick<Trunk, 'host' | 'port' | 'transport'>,
  user: string | null = null,
): string {
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`;
  return `sip:${user === null ? '' : `${user}@`}${trunk.host}:${trunk.port}${transport}`;
}

/** Takes a number that a permit was given for and no other third person's: the type is the guard. */
export function customerTarget(
  trunk: Pick<Trunk, 'host' | 'port' | 'transport'>,
  phone: CallablePhone,
  callerId: string,
): CustomerTarget {
  const identity = `<sip:${callerId}@${trunk.host}>`;
  return {
    uri: trunkUri(trunk, phone.e164),
    // RFC 3325: the trunk trusts the asserted identity, whatever the display does with From
    headers: {
      From: identity,
      To: `<sip:${phone.e164}@${trunk.host}>`,
      'P-Asserted-Identity': identity,
    },
  };
}
