import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Database } from '../../src/db/database';
import { listInboundTrunks, type InboundTrunk } from '../../src/db/inbound-lookup';
import {
  plainAddress,
  trunkOfRequest,
  type RequestSource,
  type TrunkSource,
} from './trunk-of-request';

export type KnownTrunk = InboundTrunk & TrunkSource;

/** A stranger's requests must not become queries; a trunk that was added is known this much later. */
const TRUNKS_FRESH_MS = 1_000;
const ADDRESSES_FRESH_MS = 60_000;
const LOOKUP_LIMIT_MS = 2_000;

/** The trunks of the database with the addresses of their hosts. */
export class TrunkSources {
  private trunks: readonly KnownTrunk[] = [];
  private readAtMs = -Infinity;
  private reading: Promise<readonly KnownTrunk[]> | null = null;
  private readonly addresses = new Map<string, { atMs: number; found: readonly string[] }>();

  constructor(private readonly db: Database) {}

  /** @see trunkOfRequest. @throws when the database has never answered */
  async of(source: RequestSource): Promise<KnownTrunk | null> {
    return trunkOfRequest(await this.list(), source);
  }

  private async list(): Promise<readonly KnownTrunk[]> {
    if (Date.now() - this.readAtMs < TRUNKS_FRESH_MS) return this.trunks;
    this.reading ??= this.read().finally(() => (this.reading = null));
    return this.reading;
  }

  private async read(): Promise<readonly KnownTrunk[]> {
    try {
      const rows = await listInboundTrunks(this.db);
      this.trunks = await Promise.all(
        rows.map(async (trunk) => ({ ...trunk, addresses: await this.addressesOf(trunk.host) })),
      );
      this.readAtMs = Date.now();
    } catch (error) {
      // those that were known go on calling while the database is away
      if (this.readAtMs === -Infinity) throw error;
    }
    return this.trunks;
  }

  private async addressesOf(host: string): Promise<readonly string[]> {
    const plain = plainAddress(host);
    if (isIP(plain) !== 0) return [plain];
    const known = this.addresses.get(host);
    if (known !== undefined && Date.now() - known.atMs < ADDRESSES_FRESH_MS) return known.found;
    const found = await resolveHost(host);
    // a name that does not resolve at the moment stands for what it stood for
    const kept = found.length > 0 ? found : (known?.found ?? []);
    this.addresses.set(host, { atMs: Date.now(), found: kept });
    return kept;
  }
}

async function resolveHost(host: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => {
      resolve([]);
    }, LOOKUP_LIMIT_MS);
  });
  const found = lookup(host, { all: true }).then(
    (entries) => entries.map(({ address }) => address),
    () => [],
  );
  const addresses = await Promise.race([found, limit]);
  clearTimeout(timer);
  return addresses;
}
