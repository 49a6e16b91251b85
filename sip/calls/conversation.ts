import type { SupervisionMode } from '../../src/domain/supervision';
import type { CallCommand as QueueCommand } from '../../src/queue/sip-job';
import type { DialogEndedBy, IncomingModify } from '../gateway/sip-dialog';
import type { JoinEnd, MediaLoss, TalkMedia, TalkMixing, TalkReport } from '../media/media';
import type { MediaLeg } from '../media/media-leg';
import type { CallOptions } from './call-options';
import { Conference } from './conference';

/** `end`: a supervisor's. */
export type CallCommand = QueueCommand | 'end';
export type MediaCommand = Exclude<
  CallCommand,
  'end' | 'hang_up' | 'join_all' | 'complete_transfer' | 'cancel_transfer'
>;

export interface ConversationEvents {
  readonly onCustomerEnded: (by: DialogEndedBy) => void;
  /** Nobody can be heard any more, whatever the signalling says. */
  readonly onMediaLost: (loss: MediaLoss) => void;
  /** The debtor is on hold, by these media: something may be played. */
  readonly onHeld: (media: TalkMedia) => void;
  /** What is captured comes in elsewhere from here on. @param lost what carried it before is gone */
  readonly onMediaMoved: (media: TalkMedia, lost: boolean) => void;
  /** The debtor answered and nobody talks to them: what is waited for before they are hung up on. */
  readonly onLeftAlone: (debtor: MediaLeg) => Promise<void>;
}

/** Debtor and agent, or whoever took the talk over, joined. */
export class Conversation {
  private held = false;
  private muted = false;
  private over = false;
  /** The debtor waits for the agent, who talks to somebody else. */
  private isConsulting = false;
  /** The debtor was to be handed over, and sends to whoever could not be joined. */
  private isAstray = false;
  /** With those beside the two; null: there was nobody since the media are these. */
  private conference: Conference | null = null;
  private readonly alone: (() => void)[] = [];

  constructor(
    private media: TalkMedia,
    private readonly customer: MediaLeg,
    private readonly events: ConversationEvents,
    private readonly using: Pick<CallOptions, 'mixer' | 'holdReminder'> & {
      /** What the debtor hears until somebody talks to them; null: nothing. */
      readonly meanwhile: { end(): void } | null;
    },
  ) {
    customer.dialog.onEnded((by) => {
      if (!this.over) events.onCustomerEnded(by);
    });
    customer.dialog.onModify((request) => {
      const { media } = this;
      void this.reoffered(media, media.customerOffers(request));
    });
    this.watchMedia();
  }

  private watchMedia(): void {
    this.media.onLoss((loss) => {
      if (!this.over) this.events.onMediaLost(loss);
    });
  }

  /** By which the two hear each other now. */
  get talk(): TalkMedia {
    return this.media;
  }

  /** Lets both hear each other. */
  join(limitMs: number): Promise<JoinEnd> {
    return this.media.join(this.customer, limitMs);
  }

  /** Goes on over other media: of another leg of an agent, or of another engine. */
  async moveTo(media: TalkMedia, limitMs: number, lost = false): Promise<boolean> {
    const moved = await media.takeOver(this.customer, limitMs);
    if (this.over || !moved) {
      void media.end();
      return false;
    }
    this.using.meanwhile?.end();
    const before = this.media;
    this.media = media;
    this.watchMedia();
    this.leaveConference();
    this.events.onMediaMoved(media, lost);
    void before.end();
    if (this.muted) await media.setMuted(true);
    if (this.held) await this.hold(media);
    return true;
  }

  /** The debtor's latest description: what whoever is to take the talk over is offered. */
  get customerSdp(): string {
    return this.customer.remoteSdp;
  }

  /** Does the audio pass through an engine, so that others can be let in? */
  get canBeJoined(): boolean {
    return this.media.mixing !== null;
  }

  private room(): Conference | null {
    const { mixing } = this.media;
    if (mixing === null || this.over) return null;
    this.conference ??= new Conference(this.using.mixer, mixing, () => {
      if (!this.over) this.events.onMediaMoved(this.media, false);
    });
    return this.conference;
  }

  /** Told once, when those beside the two hear nothing any more: the talk is over or on other media. */
  onAlone(listener: () => void): void {
    this.alone.push(listener);
  }

  private leaveConference(): void {
    this.conference?.close();
    this.conference = null;
    for (const listener of this.alone.splice(0)) listener();
  }

  /** Lets a supervisor in, on the line of these media. False: it cannot be had. */
  async supervise(
    line: Pick<TalkMixing, 'engine' | 'seatLine'>,
    supervisor: SupervisionMode,
  ): Promise<boolean> {
    return (await this.room()?.seat('supervisor', line, { supervisor })) ?? false;
  }

  async changeSupervision(supervisor: SupervisionMode): Promise<boolean> {
    return (await this.conference?.change({ supervisor })) ?? false;
  }

  async endSupervision(): Promise<void> {
    await this.conference?.unseat('supervisor');
  }

  /** The debtor hears the agent and whom the agent has talked to. */
  async joinAll(): Promise<boolean> {
    const joined = (await this.conference?.change({ third: 'joined' })) ?? false;
    if (!joined) return false;
    this.isConsulting = false;
    // also who was on hold before the agent asked: the silence ended when that began
    this.held = false;
    this.media.setWaiting(false);
    this.tellReminder();
    return true;
  }

  private tellReminder(): void {
    this.using.holdReminder.debtorWaits(!this.over && (this.held || this.isConsulting));
  }

  /** Lets the debtor wait and the agent talk to somebody else. False: {@link rejoin} undoes it. */
  async consult(other: TalkMedia, agent: MediaLeg, limitMs: number): Promise<boolean> {
    this.isConsulting = true;
    this.tellReminder();
    const { mixing } = this.media;
    if (mixing !== null && other.mixing !== null) {
      // hold is the engine's silence for both: the agent could not be heard by the other
      if (this.held) await this.media.setHeld(false);
      const seated =
        (await this.room()?.seat('third', other.mixing, { third: 'private' })) ?? false;
      if (seated) {
        this.media.setWaiting(true);
        this.events.onHeld(this.media);
      }
      return seated;
    }
    if (mixing !== null || other.mixing !== null) return false;
    if (!(await this.hold(this.media)) || this.over) return false;
    return other.takeOver(agent, limitMs);
  }

  /** Joins the debtor with somebody else in the agent's place. False: {@link rejoin} undoes it. */
  async handOver(other: TalkMedia, limitMs: number): Promise<boolean> {
    const before = { held: this.held, muted: this.muted };
    const { localSdp } = this.customer;
    this.held = false;
    this.muted = false;
    if (await this.moveTo(other, limitMs)) {
      this.isConsulting = false;
      this.tellReminder();
      return true;
    }
    Object.assign(this, before);
    // of direct media both sides are told anew in any case
    this.isAstray = this.media.mixing !== null && this.customer.localSdp !== localSdp;
    return false;
  }

  /** Debtor and agent are as before a transfer that came to nothing. */
  async rejoin(limitMs: number): Promise<void> {
    if (this.over) return;
    const { isConsulting } = this;
    this.isConsulting = false;
    this.tellReminder();
    this.media.setWaiting(false);
    if (this.conference !== null) await this.conference.unseat('third');
    if (this.isAstray) await this.takeBack(limitMs);
    else if (this.media.mixing === null) {
      if (isConsulting) await this.media.setHeld(false);
      await this.media.takeOver(this.customer, limitMs);
    }
    if (!this.held) return;
    // the agent had the debtor on hold before: silence again, and not only in our books
    await this.media.setHeld(false);
    await this.hold(this.media);
  }

  /** The debtor's side had been told of somebody else's audio already. */
  private async takeBack(limitMs: number): Promise<void> {
    this.isAstray = false;
    const taken = await this.media.takeOver(this.customer, limitMs);
    if (taken && !this.over) this.events.onMediaMoved(this.media, false);
  }

  agentModifies(request: IncomingModify): Promise<void> {
    const { media } = this;
    return this.reoffered(media, media.agentOffers(request));
  }

  private async reoffered(media: TalkMedia, moved: Promise<boolean>): Promise<void> {
    if ((await moved) && !this.over && media === this.media) this.events.onMediaMoved(media, false);
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
    this.tellReminder();
    return done;
  }

  private change(isHold: boolean, wanted: boolean): Promise<boolean> {
    if (!isHold) return this.media.setMuted(wanted);
    return wanted ? this.hold(this.media) : this.media.setHeld(false);
  }

  /**
   * Hangs up the debtor's leg, if it still stands. `report`: what was heard, where it was seen.
   * @param isLeftAlone they hear why, before the line is dead
   */
  end(isLeftAlone = false): {
    readonly hungUp: Promise<void>;
    readonly report: Promise<TalkReport | null>;
  } {
    this.over = true;
    this.using.meanwhile?.end();
    this.tellReminder();
    this.leaveConference();
    const { dialog } = this.customer;
    const said = isLeftAlone ? this.events.onLeftAlone(this.customer) : undefined;
    const hungUp = said === undefined ? dialog.hangUp() : said.finally(() => dialog.hangUp());
    return { report: this.media.end(), hungUp };
  }
}
