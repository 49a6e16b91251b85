import type { Logger } from 'pino';
import type { Database } from '../src/db/database';
import { beatSipInstance } from '../src/db/sip-instances';

const HEARTBEAT_MS = 2_000;

/** Says "alive" in Postgres, and notices when somebody has declared this process dead. */
export class InstanceLife {
  private timer: NodeJS.Timeout | null = null;
  private beating = false;

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
    private readonly instanceId: () => string,
    private readonly onFenced: () => Promise<void>,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      void this.beat();
    }, HEARTBEAT_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      if (!(await beatSipInstance(this.db, this.instanceId()))) await this.onFenced();
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'no heartbeat: the database is away');
    } finally {
      this.beating = false;
    }
  }
}
