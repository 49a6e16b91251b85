import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

const LOOKUP_LIMIT_MS = 2_000;
/** A name is asked for again after this long. */
const NAME_LIFETIME_MS = 60_000;

/** The addresses that hosts stand for, kept for a minute. */
export class HostAddresses {
  private readonly names = new Map<string, { found: readonly string[]; askedAtMs: number }>();

  /**
   * @param host a name or an address, IPv6 in brackets or not
   * @returns empty when the name is unknown; one that was known keeps its last addresses
   */
  async of(host: string): Promise<readonly string[]> {
    const literal = host.replace(/^\[(.*)\]$/, '$1');
    if (isIP(literal) !== 0) return [literal];
    const before = this.names.get(host);
    const nowMs = performance.now();
    if (before !== undefined && nowMs - before.askedAtMs < NAME_LIFETIME_MS) return before.found;
    const answered = await resolve(host);
    const found = answered.length > 0 ? answered : (before?.found ?? []);
    this.names.set(host, { found, askedAtMs: nowMs });
    return found;
  }
}

async function resolve(host: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string[]>((settle) => {
    timer = setTimeout(settle, LOOKUP_LIMIT_MS, []);
  });
  const found = lookup(host, { all: true }).then(
    (entries) => entries.map(({ address }) => address),
    () => [],
  );
  const addresses = await Promise.race([found, limit]);
  clearTimeout(timer);
  return addresses;
}
