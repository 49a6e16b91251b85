import type { Registration } from '../../src/db/registrations';

/**
 * Where a request to a registered softphone goes. Over UDP and TCP to the address that its
 * REGISTER came from, for the one in its Contact is often behind a NAT (RFC 5626, 5.3 in spirit);
 * over WebSocket the signalling server finds the connection by the Contact (RFC 7118, 5).
 */
export function softphoneTarget(
  registration: Pick<Registration, 'contactUri' | 'transport' | 'sourceAddress' | 'sourcePort'>,
): { readonly uri: string; readonly proxy?: string } {
  const { contactUri: uri, transport, sourceAddress, sourcePort } = registration;
  if (transport === 'ws' || transport === 'wss') return { uri };
  const host = sourceAddress.includes(':') ? `[${sourceAddress}]` : sourceAddress;
  return { uri, proxy: `sip:${host}:${sourcePort};transport=${transport}` };
}

/** Statuses that speak of the way to the softphone, not of the softphone. */
const OUT_OF_REACH: readonly number[] = [404, 408, 410, 430, 503];

/** What an OPTIONS told: anything that the softphone itself says shows that it is there. */
export function probeVerdict(status: number): 'there' | 'gone' | 'silent' {
  if (status === 0) return 'silent';
  return OUT_OF_REACH.includes(status) ? 'gone' : 'there';
}
