import { isIP } from 'node:net';

/**
 * Commands for `nft -f -` that fill the sets `carriers4` and `carriers6` of the table `inet santun` with
 * these addresses and no others. nft takes all of them or none, so no packet sees a set half filled.
 */
export function nftSets(addresses: readonly string[]): string {
  const lines = ['add table inet santun'];
  for (const family of [4, 6] as const) {
    const set = `inet santun carriers${family}`;
    const elements = addresses.filter((address) => isIP(address) === family);
    lines.push(`add set ${set} { type ipv${family}_addr; }`, `flush set ${set}`);
    if (elements.length > 0) lines.push(`add element ${set} { ${elements.join(', ')} }`);
  }
  return lines.join('\n');
}
