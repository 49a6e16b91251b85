import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { listSipPeers } from '../../src/db/sip-peers';
import { HostAddresses } from './host-addresses';
import type { SourceScreen } from './source-screen';

const REFRESH_MS = 2_000;

/** Keeps the screen's list of addresses that of the trunks and of the registered softphones. */
export class KnownSources {
  private timer: NodeJS.Timeout | null = null;
  private refreshing: Promise<void> | null = null;
  private readonly addresses = new HostAddresses();

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
    private readonly screen: SourceScreen,
  ) {}

  /** Returns when the list stands for the first time. */
  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refreshing ??= this.refresh().finally(() => (this.refreshing = null));
    }, REFRESH_MS);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.refreshing;
  }

  private async refresh(): Promise<void> {
    try {
      const { trunkHosts, softphones } = await listSipPeers(this.db);
      const trunks = await Promise.all(trunkHosts.map((host) => this.addresses.of(host)));
      this.screen.admitOnly({ trunks: trunks.flat(), softphones });
    } catch (error) {
      // who was known stays known
      this.log.warn({ reason: (error as Error).message }, 'known SIP sources not read');
    }
  }
}
