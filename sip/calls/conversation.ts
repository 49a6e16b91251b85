import type { CallCommand as QueueCommand } from '../../src/queue/sip-job';
import type { DialogEndedBy, IncomingModify } from '../gateway/sip-dialog';
import type { JoinEnd, MediaLoss, TalkMedia, TalkReport } from '../media/media';
import type { MediaLeg } from '../media/media-leg';

/** `end`: a supervisor's. */
export type CallCommand = QueueCommand | 'end';
export type MediaCommand = Exclude<
  CallCommand,
  'end' | 'hang_up' | 'complete_transfer' | 'cancel_transfer'
>;

export interface ConversationEvents {
  readonly onCustomerEnded: (by: DialogEndedBy) => void;
  /** Nobody can be heard any more, whatever the signalling says. */
  readonly onMediaLost: (loss: MediaLoss) => void;
  /** The debtor is on hold, by these media: something may be played. */
  readonly onHeld: (media: TalkMedia) => void;
}

/** Debtor and agent, or whoever took the talk over, joined. */
export class Conversation {
  private held = false;
  private muted = false;
  private over = false;
  /** The debtor waits for the agent, who talks to somebody else. */
  private isConsulting = false;

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
    if (this.held) await this.hold(media);
    return true;
  }

  /** The debtor's latest description: what whoever is to take the talk over is offered. */
  get customerSdp(): string {
    return this.customer.remoteSdp;
  }

  /** Puts the debtor on hold and joins the agent's leg with somebody else's. False: {@link rejoin} undoes it. */
  async consult(other: TalkMedia, agent: MediaLeg, limitMs: number): Promise<boolean> {
    this.isConsulting = true;
    if (!(await this.hold(this.media)) || this.over) return false;
    return other.takeOver(agent, limitMs);
  }

  /** Joins the debtor with somebody else in the agent's place. False: {@link rejoin} undoes it. */
  async handOver(other: TalkMedia, limitMs: number): Promise<boolean> {
    const before = { held: this.held, muted: this.muted };
    this.held = false;
    this.muted = false;
    if (await this.moveTo(other, limitMs)) {
      this.isConsulting = false;
      return true;
    }
    Object.assign(this, before);
    return false;
  }

  /** Debtor and agent are as before a transfer that came to nothing. */
  async rejoin(limitMs: number): Promise<void> {
    if (this.over) return;
    const { isConsulting } = this;
    this.isConsulting = false;
    if (isConsulting) await this.media.setHeld(false);
    await this.media.takeOver(this.customer, limitMs);
    if (!this.held) return;
    // the agent had the debtor on hold before: silence again, and not only in our books
    await this.media.setHeld(false);
    await this.hold(this.media);
  }

  agentModifies(request: IncomingModify): Promise<void> {
    return this.media.agentOffers(request);
  }

  private async hold(media: TalkMedia): Promise<boolean> {
    const held = await media.setHeld(true);
    if (held && !this.over) this.events.onHeld(media);
    return held;
  }

  /** Hold, resume, mute, unmute. True when both sides agreed; asking twice is no fault. */
  async control(command: MediaCommand): Promise<boolean> {
    const isHold = command === 'hold' || command === 'resume';
    const wanted = command === 'hold' || command === 'mute';
    const done = await this.change(isHold, wanted);
    if (done && isHold) this.held = wanted;
    else if (done) this.muted = wanted;
    return done;
  }

  private change(isHold: boolean, wanted: boolean): Promise<boolean> {
    if (!isHold) return this.media.setMuted(wanted);
    return wanted ? this.hold(this.media) : this.media.setHeld(false);
  }

  /**
   * Hangs up the debtor's leg, if it still stands. `report`: what was heard, where it was seen.
   * @param goodbye what is waited for before it
   */
  end(goodbye?: (debtor: MediaLeg) => Promise<void>): {
    readonly hungUp: Promise<void>;
    readonly report: Promise<TalkReport | null>;
  } {
    this.over = true;
    const { dialog } = this.customer;
    const said = goodbye?.(this.customer);
    const hungUp = said === undefined ? dialog.hangUp() : said.finally(() => dialog.hangUp());
    return { report: this.media.end(), hungUp };
  }
}
