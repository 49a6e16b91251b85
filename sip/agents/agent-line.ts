import type { DialogEndedBy, IncomingModify } from '../gateway/sip-dialog';
import type { LineMedia, TalkMedia } from '../media/media';
import type { MediaLeg } from '../media/media-leg';

/** The call that uses a line is told what its agent's softphone does. */
export interface LineUser {
  onAgentModify(request: IncomingModify): void;
  onAgentLegEnded(by: DialogEndedBy): void;
}

/**
 * The leg to one agent's softphone. Nailed up it outlives the calls that use it, and lies inactive
 * between them; rung per call it ends with its call.
 */
export class AgentLine {
  private user: LineUser | null = null;
  private talk: TalkMedia | null = null;

  constructor(
    readonly agentId: string,
    readonly sessionId: string,
    readonly mode: 'nailed_up' | 'per_call',
    readonly leg: MediaLeg,
    private audio: LineMedia,
    readonly invitedAt: Date,
    readonly answeredAt: Date,
    onEnd: (line: AgentLine, by: DialogEndedBy, inUse: boolean) => void,
  ) {
    leg.dialog.onEnded((by) => {
      const user = this.user;
      this.user = null;
      void this.audio.close();
      onEnd(this, by, user !== null);
      user?.onAgentLegEnded(by);
    });
    leg.dialog.onModify((request) => {
      if (this.user === null) void this.audio.agentOffers(request);
      else this.user.onAgentModify(request);
    });
  }

  get isOver(): boolean {
    return this.leg.isOver;
  }

  get isInUse(): boolean {
    return this.user !== null;
  }

  get media(): LineMedia {
    return this.audio;
  }

  /** The audio of the next call on this leg; it ends with the call at the latest. */
  openTalk(): TalkMedia {
    this.talk = this.audio.openTalk();
    return this.talk;
  }

  /**
   * Changes the leg over to other media by re-INVITE. False: the softphone would not, and the leg
   * is as it was; the media that was not taken is closed.
   */
  async changeOver(next: LineMedia, limitMs: number): Promise<boolean> {
    const end = await this.leg.offer(next.offer, limitMs);
    if (end.kind !== 'accepted' || !(await next.attach(this.leg))) {
      void next.close();
      return false;
    }
    const before = this.audio;
    this.audio = next;
    void before.close();
    return true;
  }

  use(user: LineUser): void {
    this.user = user;
  }

  /** The call is over: back to silence, or to the end of a leg that was for this call alone. */
  async release(): Promise<'kept' | 'ended'> {
    this.user = null;
    void this.talk?.end();
    this.talk = null;
    if (this.isOver) return 'ended';
    if (this.mode === 'nailed_up' && (await this.audio.park())) return 'kept';
    await this.hangUp();
    return 'ended';
  }

  /** Another leg of the softphone has taken its place: whatever it does is no news of the call. */
  async abandon(): Promise<void> {
    this.user = null;
    await this.talk?.end();
    await this.hangUp();
  }

  /** Ends the leg and frees its media. */
  async hangUp(): Promise<void> {
    void this.audio.close();
    await this.leg.dialog.hangUp();
  }
}
