import type { Logger } from 'pino';
import type { MediaEngineAddress } from './engine/engine-address';
import { DirectLine } from './direct/direct-line';
import { EngineLine } from './engine/engine-line';
import { EnginePool } from './engine/engine-pool';
import { speechOf } from './engine/ng-options';
import { PromptLeg } from './engine/prompt-leg';
import type { LineMedia } from './media';
import type { MediaLeg } from './media-leg';
import { Mixer } from './mixer/mixer';

export interface MediaOptions {
  /** None: audio flows directly. */
  readonly engines: readonly MediaEngineAddress[];
  /** A talk on which a side sends nothing for this long is ended, ms; 0: never. */
  readonly silenceLimitMs: number;
  /** Every talk is recorded; the engines write to a spool. */
  readonly recordsAll?: boolean;
  /** For Node, of the mixer's thread; absent: those of the process. */
  readonly mixerArguments?: readonly string[];
}

/** Gives each leg of a softphone its media: an engine's where there are any, else direct. */
export class MediaSource {
  readonly pool: EnginePool | null;
  readonly mixer: Mixer;

  constructor(
    private readonly options: MediaOptions,
    log: Logger,
  ) {
    this.pool = options.engines.length === 0 ? null : new EnginePool(options.engines, log);
    this.mixer = new Mixer(log, options.mixerArguments);
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

  /** What a caller is answered with to hear a prompt. Null: no engine would. */
  async answerForPrompt(
    offer: string,
  ): Promise<{ readonly leg: PromptLeg; readonly answer: string } | null> {
    for (const engine of this.pool?.candidates() ?? []) {
      const answered = await PromptLeg.answering(engine, offer);
      if (answered !== null) return answered;
    }
    return null;
  }

  /** Has somebody who is on the line hear an engine alone. Null: no engine, or the far end, would. */
  async takeOverForPrompt(far: MediaLeg, limitMs: number): Promise<PromptLeg | null> {
    for (const engine of this.pool?.candidates() ?? []) {
      if (far.isOver) return null;
      const leg = await PromptLeg.takingOver(engine, far, limitMs);
      if (leg !== null) return leg;
    }
    return null;
  }

  async close(): Promise<void> {
    this.pool?.close();
    await this.mixer.close();
  }
}
