import type { Database } from '../../../src/db/database';
import { recordOutcome } from '../../../src/db/outcomes';

const LOOK_INTERVAL_MS = 50;

/**
 * What agents do at their desktops, as cheaply as it can be done: each talk's outcome is recorded
 * at once, through the function behind the API, without HTTP.
 */
export class OutcomeRecorder {
  recorded = 0;
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly db: Database) {
    this.next();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.turn;
  }

  private next(): void {
    this.timer = setTimeout(() => {
      this.turn = this.look().finally(() => {
        if (!this.stopped) this.next();
      });
    }, LOOK_INTERVAL_MS);
  }

  private async look(): Promise<void> {
    const { rows } = await this.db.query<{ attemptId: string }>(
      `select attempt_id as "attemptId" from agent_session
       where state = 'wrap_up' and ended_at is null`,
    );
    await Promise.all(rows.map(({ attemptId }) => this.record(attemptId)));
  }

  private async record(attemptId: string): Promise<void> {
    const input = {
      code: 'RPC_REFUSE',
      rootCause: 'not_told',
      note: null,
      callbackAt: null,
      promise: null,
    } as const;
    await this.db.transaction((tx) =>
      recordOutcome(tx, { attemptId, onlyAgentId: null, input, actor: 'bench' }),
    );
    this.recorded += 1;
  }
}
