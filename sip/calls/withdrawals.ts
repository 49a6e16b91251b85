import type { Logger } from 'pino';
import { listWithdrawn, WITHDRAWAL_LOOK_MS } from '../../src/db/cancel-ringing';
import type { Database } from '../../src/db/database';
import type { Calls } from './calls';

/**
 * Withdraws what rings and may ring no longer. It asks Postgres, where the wish stands, and not the
 * queue: no job can be lost, and a queue that is away delays nothing. Talks are never touched.
 */
export class Withdrawals {
  private timer: NodeJS.Timeout | null = null;
  private looking = false;

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
    private readonly calls: Pick<Calls, 'ringingAttemptIds' | 'withdraw'>,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      void this.look();
    }, WITHDRAWAL_LOOK_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const ringing = this.calls.ringingAttemptIds();
    if (ringing.length === 0 || this.looking) return;
    this.looking = true;
    try {
      for (const { attemptId, cause } of await listWithdrawn(this.db, ringing)) {
        if (this.calls.withdraw(attemptId, cause))
          this.log.info({ attemptId, cause }, 'ringing withdrawn');
      }
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'not looked what to withdraw');
    } finally {
      this.looking = false;
    }
  }
}
