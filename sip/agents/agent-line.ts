import type { IncomingModify } from '../gateway/sip-dialog';
import type { MediaLeg } from '../media/media-leg';
import { idleOffer } from '../media/session-description';

/** RFC 3261, 8.1.3.1: what a request that cannot be sent counts as: its connection is closed. */
const NO_WAY = 503;

/** The call that uses a line is told what its agent's softphone does. */
export interface LineUser {
  onAgentModify(request: IncomingModify): void;
  onAgentLegEnded(by: 'far_side' | 'signalling_lost'): void;
}

/**
 * The leg to one agent's softphone. Nailed up it outlives the calls that use it, and lies inactive
 * between them; rung per call it ends with its call.
 */
export class AgentLine {
  private user: LineUser | null = null;

  constructor(
    readonly agentId: string,
    readonly sessionId: string,
    readonly mode: 'nailed_up' | 'per_call',
    readonly leg: MediaLeg,
    readonly invitedAt: Date,
    readonly answeredAt: Date,
    onEnd: (line: AgentLine, by: 'far_side' | 'signalling_lost', inUse: boolean) => void,
  ) {
    leg.dialog.onEnded((by) => {
      const user = this.user;
      this.user = null;
      onEnd(this, by, user !== null);
      user?.onAgentLegEnded(by);
    });
    leg.dialog.onModify((request) => {
      if (this.user === null) leg.acceptAsBefore(request);
      else this.user.onAgentModify(request);
    });
  }

  get isOver(): boolean {
    return this.leg.isOver;
  }

  get isInUse(): boolean {
    return this.user !== null;
  }

  use(user: LineUser): void {
    this.user = user;
  }

  /** The call is over: back to silence, or to the end of a leg that was for this call alone. */
  async release(): Promise<'kept' | 'ended'> {
    this.user = null;
    if (this.isOver) return 'ended';
    if (this.mode === 'nailed_up') {
      const end = await this.leg.offer(idleOffer(1n));
      // a refusal leaves the old media as it was; the far end of it is gone
      if (end.kind === 'accepted' || (end.kind === 'refused' && end.status !== NO_WAY))
        return 'kept';
    }
    await this.leg.dialog.hangUp();
    return 'ended';
  }
}
