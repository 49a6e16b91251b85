import type { CallCommand as QueueCommand } from '../../src/queue/sip-job';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { JoinEnd, MediaLoss, TalkMedia, TalkReport } from '../media/media';
import type { MediaLeg } from '../media/media-leg';

export type CallCommand = QueueCommand;

export interface ConversationEvents {
  readonly onCustomerEnded: (by: 'far_side' | 'signalling_lost') => void;
  /** Nobody can be heard any more, whatever the signalling says. */
  readonly onMediaLost: (loss: MediaLoss) => void;
}

/** Debtor and agent, joined. */
export class Conversation {
  private held = false;
  private muted = false;
  private over = false;

  constructor(
    private media: TalkMedia,
    private readonly customer: MediaLeg,
    private readonly events: ConversationEvents,
  ) {
    customer.dialog.onEnded((by) => {
      if (!this.over) events.onCustomerEnded(by);
    });
    customer.dialog.onModify((request) => {
      void this.media.customerOffers(request);
    });
    this.watchMedia();
  }

  private watchMedia(): void {
    this.media.onLoss((loss) => {
      if (!this.over) this.events.onMediaLost(loss);
    });
  }

  /** Lets both hear each other. */
  join(limitMs: number): Promise<JoinEnd> {
    return this.media.join(this.customer, limitMs);
  }

  /** Goes on over other media: of another leg of an agent, or of another engine. */
  async moveTo(media: TalkMedia, limitMs: number): Promise<boolean> {
    const moved = await media.takeOver(this.customer, limitMs);
    if (this.over || !moved) {
      void media.end();
      return false;
    }
    const before = this.media;
    this.media = media;
    this.watchMedia();
    void before.end();
    if (this.muted) await media.setMuted(true);
    if (this.held) await media.setHeld(true);
    return true;
  }

  agentModifies(request: IncomingModify): Promise<void> {
    return this.media.agentOffers(request);
  }

  /** Hold, resume, mute, unmute. True when both sides agreed; asking twice is no fault. */
  async control(command: Exclude<CallCommand, 'hang_up'>): Promise<boolean> {
    const isHold = command === 'hold' || command === 'resume';
    const wanted = command === 'hold' || command === 'mute';
    const done = isHold ? await this.media.setHeld(wanted) : await this.media.setMuted(wanted);
    if (done && isHold) this.held = wanted;
    else if (done) this.muted = wanted;
    return done;
  }

  /** Hangs up the debtor's leg, if it still stands. `report`: what was heard, where it was seen. */
  end(): { readonly hungUp: Promise<void>; readonly report: Promise<TalkReport | null> } {
    this.over = true;
    return { report: this.media.end(), hungUp: this.customer.dialog.hangUp() };
  }
}
