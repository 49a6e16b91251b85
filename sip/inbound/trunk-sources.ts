import type { Database } from '../../src/db/database';
import { listInboundTrunks, type InboundTrunk } from '../../src/db/inbound-lookup';
import { HostAddresses } from '../screen/host-addresses';
import { trunkOfRequest, type RequestSource, type TrunkSource } from './trunk-of-request';

export type KnownTrunk = InboundTrunk & TrunkSource;

/** A stranger's requests must not become queries; a trunk that was added is known this much later. */
const TRUNKS_FRESH_MS = 1_000;

/** The trunks of the database with the addresses of their hosts. */
export class TrunkSources {
  private trunks: readonly KnownTrunk[] = [];
  private readAtMs = -Infinity;
  private reading: Promise<readonly KnownTrunk[]> | null = null;
  private readonly addresses = new HostAddresses();

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
        rows.map(async (trunk) => ({ ...trunk, addresses: await this.addresses.of(trunk.host) })),
      );
      this.readAtMs = Date.now();
    } catch (error) {
      // those that were known go on calling while the database is away
      if (this.readAtMs === -Infinity) throw error;
    }
    return this.trunks;
  }
}
