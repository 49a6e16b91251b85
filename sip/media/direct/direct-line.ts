import { randomInt } from 'node:crypto';
import type { IncomingModify } from '../../gateway/sip-dialog';
import type { LineMedia, TalkMedia } from '../media';
import type { MediaLeg } from '../media-leg';
import { idleOffer } from '../session-description';
import { DirectTalk } from './direct-talk';

/** RFC 3261, 8.1.3.1: what a request that cannot be sent counts as: its connection is closed. */
const NO_WAY = 503;

/** A softphone's leg without an engine: it lies inactive between calls. */
export class DirectLine implements LineMedia {
  readonly kind = 'direct';
  readonly offer = idleOffer(BigInt(randomInt(1, 2 ** 47)));
  private leg: MediaLeg | null = null;

  /** @param hasBetter is there an engine that the leg should be changed over to? */
  constructor(private readonly hasBetter: () => boolean) {}

  attach(leg: MediaLeg): Promise<boolean> {
    this.leg = leg;
    return Promise.resolve(true);
  }

  isUsable(): Promise<boolean> {
    return Promise.resolve(!this.hasBetter());
  }

  agentOffers(request: IncomingModify): Promise<void> {
    this.leg?.acceptAsBefore(request);
    return Promise.resolve();
  }

  openTalk(): TalkMedia {
    if (this.leg === null) throw new Error('the softphone has not answered');
    return new DirectTalk(this.leg);
  }

  async park(): Promise<boolean> {
    const end = await this.leg?.offer(idleOffer(1n));
    // a refusal leaves the old media as it was; the far end of it is gone
    return end?.kind === 'accepted' || (end?.kind === 'refused' && end.status !== NO_WAY);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
