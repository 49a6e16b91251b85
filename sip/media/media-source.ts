import type { Logger } from 'pino';
import type { MediaEngineAddress } from './engine/engine-address';
import { DirectLine } from './direct/direct-line';
import { EngineLine } from './engine/engine-line';
import { EnginePool } from './engine/engine-pool';
import { speechOf } from './engine/ng-options';
import type { LineMedia } from './media';

export interface MediaOptions {
  /** None: audio flows directly. */
  readonly engines: readonly MediaEngineAddress[];
  /** A talk on which a side sends nothing for this long is ended, ms; 0: never. */
  readonly silenceLimitMs: number;
  /** Every talk is recorded; the engines write to a spool. */
  readonly recordsAll?: boolean;
}

/** Gives each leg of a softphone its media: an engine's where there are any, else direct. */
export class MediaSource {
  readonly pool: EnginePool | null;

  constructor(
    private readonly options: MediaOptions,
    log: Logger,
  ) {
    this.pool = options.engines.length === 0 ? null : new EnginePool(options.engines, log);
  }

  get recordsAll(): boolean {
    return this.options.recordsAll ?? false;
  }

  start(): Promise<void> {
    return this.pool?.start() ?? Promise.resolve();
  }

  /**
   * Media for a leg to a softphone that speaks SIP over this transport. Null: every engine is away
   * and the softphone is a browser, which no carrier could talk to directly.
   */
  async openLine(transport: string): Promise<LineMedia | null> {
    const { pool } = this;
    if (pool === null) return new DirectLine(() => false);
    const speech = speechOf(transport);
    for (const engine of pool.candidates()) {
      const line = await EngineLine.open(engine, speech, this.options.silenceLimitMs);
      if (line !== null) return line;
    }
    return speech === 'plain' ? new DirectLine(() => pool.candidates().length > 0) : null;
  }

  close(): void {
    this.pool?.close();
  }
}
