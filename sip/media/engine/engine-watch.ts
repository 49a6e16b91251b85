import type { Logger } from 'pino';
import type { Database } from '../../../src/db/database';
import { reportMediaEngines } from '../../../src/db/media-engines';
import type { EnginePool } from './engine-pool';

export interface EngineWatchOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly sipInstanceId: string;
  readonly pool: EnginePool;
}

const LOOK_MS = 500;

/** Tells the other processes what this one sees of its engines, and learns which are to be drained. */
export class EngineWatch {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: EngineWatchOptions) {}

  start(): void {
    const look = (): void => {
      this.looking ??= this.look().finally(() => (this.looking = null));
    };
    this.timer = setInterval(look, LOOK_MS);
    look();
  }

  /** Settles when nothing of it is under way any more. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { db, log, pool, sipInstanceId } = this.options;
    try {
      pool.setDraining(await reportMediaEngines(db, sipInstanceId, pool.engines.map(reportOf)));
    } catch (error) {
      // what was known last stands
      log.warn({ reason: (error as Error).message }, 'media engines not reported');
    }
  }
}

const reportOf = (engine: EnginePool['engines'][number]) => {
  const { name, up, weight, lines, calls } = engine;
  return { name, up, weight, lines, calls };
};
