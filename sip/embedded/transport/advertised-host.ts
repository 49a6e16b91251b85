import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** IPv4-mapped IPv6 addresses (`::ffff:1.2.3.4`) as plain IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/**
 * The address a peer is told to answer to. A listener on every interface has none of its own: a peer
 * on the loopback gets the loopback, others the first address of the same family.
 */
export function advertisedHost(boundHost: string, remoteAddress: string): string {
  if (boundHost !== '0.0.0.0' && boundHost !== '::') return boundHost;
  const family = isIP(remoteAddress) === 6 ? 'IPv6' : 'IPv4';
  if (!isLoopback(remoteAddress)) {
    for (const addresses of Object.values(networkInterfaces())) {
      const found = addresses?.find((one) => one.family === family && !one.internal);
      if (found !== undefined) return found.address;
    }
  }
  return family === 'IPv6' ? '::1' : '127.0.0.1';
}
