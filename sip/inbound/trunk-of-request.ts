import type { InboundTrunk } from '../../src/db/inbound-lookup';

/** Where a request came from, as the signalling server saw it. */
export interface RequestSource {
  readonly address: string;
  readonly port: number;
  /** `udp`, `tcp`, `tls`, `ws` or `wss`. */
  readonly transport: string;
  /** Who proved by digest to be that user of a trunk; absent: nobody. */
  readonly digestUser?: string;
}

/** A trunk and the addresses that its host stands for at the moment. */
export interface TrunkSource extends Pick<InboundTrunk, 'id' | 'port' | 'transport'> {
  readonly addresses: readonly string[];
  readonly username?: string | null;
}

/**
 * The trunk that a request is from; null: none. The address must be one of the trunk's and the
 * transport the one it is configured with. Over UDP the port must be the trunk's too (RFC 3581: a
 * carrier sends from where it listens); a connection comes from any port, and where several trunks
 * share the address the first is meant. A digest that was proved stands for itself.
 */
export function trunkOfRequest<T extends TrunkSource>(
  trunks: readonly T[],
  source: RequestSource,
): T | null {
  if (source.digestUser !== undefined) {
    const proved = trunks.find(({ username }) => username === source.digestUser);
    if (proved !== undefined) return proved;
  }
  const address = plainAddress(source.address);
  const near = trunks.filter(
    (trunk) =>
      trunk.transport === source.transport &&
      trunk.addresses.some((one) => plainAddress(one) === address),
  );
  const exact = near.find(({ port }) => port === source.port);
  return exact ?? (source.transport === 'udp' ? null : (near[0] ?? null));
}

/** `::ffff:192.0.2.1` and `[2001:db8::1]` as they are written elsewhere. */
function plainAddress(address: string): string {
  return address
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
}
