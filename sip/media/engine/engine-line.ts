import type { IncomingModify } from '../../gateway/sip-dialog';
import type { LineMedia, TalkMedia } from '../media';
import type { MediaLeg } from '../media-leg';
import { EngineCall } from './engine-call';
import type { Engine } from './engine-pool';
import { EngineTalk } from './engine-talk';
import type { Speech } from './ng-options';

/**
 * A softphone's leg through an engine, one ng call for as long as the leg stands. It lies open both
 * ways between calls: keys and paths are agreed before there is a debtor. Each call then is another
 * side of the same ng call, joined to the softphone's by the engine alone; the softphone is not
 * asked, so audio starts with the answer.
 */
export class EngineLine implements LineMedia {
  readonly kind = 'engine';
  private closed = false;

  private constructor(
    private readonly call: EngineCall,
    readonly offer: string,
    private readonly silenceLimitMs: number,
  ) {
    call.engine.lines += 1;
  }

  /** Null: this engine would not, or did not answer. */
  static async open(
    engine: Engine,
    speech: Speech,
    silenceLimitMs: number,
  ): Promise<EngineLine | null> {
    const call = new EngineCall(engine, speech);
    const offer = await call.open();
    return offer === null ? null : new EngineLine(call, offer, silenceLimitMs);
  }

  attach(leg: MediaLeg): Promise<boolean> {
    return this.call.attach(leg);
  }

  isUsable(): Promise<boolean> {
    const { engine } = this.call;
    return engine.up && !engine.draining ? this.call.isKnown() : Promise.resolve(false);
  }

  openTalk(): TalkMedia {
    return new EngineTalk(this.call, this.silenceLimitMs);
  }

  async agentOffers(request: IncomingModify): Promise<void> {
    await this.call.agentReoffers(request, null);
  }

  /** The softphone is told nothing: what it sends goes nowhere. */
  park(): Promise<boolean> {
    return Promise.resolve(!this.call.leg.isOver);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.call.engine.lines -= 1;
    await this.call.send('delete', {});
  }
}
