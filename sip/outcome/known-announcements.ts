import type { Logger } from 'pino';
import {
  listKnownAnnouncements,
  readAnnouncementsVersion,
} from '../../src/db/carrier-announcements';
import type { Database } from '../../src/db/database';
import {
  recognize,
  type KnownAnnouncement,
  type Recognized,
} from '../../src/domain/carrier-announcement';

/** What somebody labels is known to calls that begin so much later, ms. */
const LOOK_EVERY_MS = 1_000;

/** The carriers' announcements as this process knows them: a call that ends waits for no database. */
export class KnownAnnouncements {
  private known: readonly KnownAnnouncement[] = [];
  private version = '';
  private lookedAtMs = -Infinity;

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** A call begins to hear one: by the time that it is over they are read. */
  refresh(): void {
    if (performance.now() - this.lookedAtMs < LOOK_EVERY_MS) return;
    this.lookedAtMs = performance.now();
    this.read().catch((error: unknown) => {
      this.log.warn({ reason: (error as Error).message }, 'announcements of carriers not read');
    });
  }

  private async read(): Promise<void> {
    const version = await readAnnouncementsVersion(this.db);
    if (version === this.version) return;
    this.known = await listKnownAnnouncements(this.db);
    this.version = version;
  }

  recognize(print: Uint8Array): Recognized | null {
    return recognize(print, this.known);
  }
}
