import type { CallCommand as QueueCommand } from '../../src/queue/sip-job';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { MediaLeg } from '../media/media-leg';
import {
  addressDiffers,
  directionOf,
  mediaDiffers,
  withDirection,
} from '../media/session-description';

export type CallCommand = QueueCommand;

/**
 * Debtor and agent, joined: what one side describes is what the other side is told, so media flows
 * between them directly (RFC 3725, flow I, with the agent's leg already up).
 */
export class Conversation {
  private held = false;
  private muted = false;
  private over = false;

  constructor(
    private readonly agent: MediaLeg,
    private readonly customer: MediaLeg,
    onCustomerEnded: (by: 'far_side' | 'signalling_lost') => void,
  ) {
    customer.dialog.onEnded((by) => {
      if (!this.over) onCustomerEnded(by);
    });
    customer.dialog.onModify((request) => {
      void this.customerModifies(request);
    });
  }

  /** Gives the agent the debtor's description. False: the agent could not be joined in time. */
  async join(limitMs: number): Promise<boolean> {
    if (this.customer.remoteSdp === '') return false;
    const end = await this.agent.offer(this.customer.remoteSdp, limitMs);
    if (end.kind !== 'accepted' || this.customer.isOver) return false;
    // most softphones stay where they were; one that moved has to be told to the debtor's side
    if (addressDiffers(this.agent.remoteSdp, this.customer.localSdp))
      void this.customer.offer(withDirection(this.agent.remoteSdp, 'sendrecv'));
    return true;
  }

  /** The debtor's description as the agent may have it now: silence on hold, one way when muted. */
  private forAgent(sdp: string): string {
    if (this.held) return withDirection(sdp, 'inactive');
    return this.muted ? withDirection(sdp, 'sendonly') : sdp;
  }

  /** A re-INVITE of the carrier: the agent is asked, and the agent's answer is ours. */
  private async customerModifies(request: IncomingModify): Promise<void> {
    const { agent, customer } = this;
    if (this.held || !isChange(request.sdp, customer.remoteSdp)) {
      customer.acceptAsBefore(request);
      return;
    }
    const end = await agent.offer(this.forAgent(request.sdp));
    if (end.kind === 'accepted') customer.accept(request, agent.remoteSdp);
    else request.refuse(end.kind === 'refused' ? end.status : 500);
  }

  /** The softphone's own hold or change of address goes to the debtor's side as it is. */
  async agentModifies(request: IncomingModify): Promise<void> {
    const { agent, customer } = this;
    if (this.held || !isChange(request.sdp, agent.remoteSdp)) {
      agent.acceptAsBefore(request);
      return;
    }
    const end = await customer.offer(request.sdp);
    if (end.kind === 'accepted') agent.accept(request, this.forAgent(customer.remoteSdp));
    else request.refuse(end.kind === 'refused' ? end.status : 500);
  }

  /** Hold, resume, mute, unmute. True when both sides agreed; asking twice is no fault. */
  async control(command: Exclude<CallCommand, 'hang_up'>): Promise<boolean> {
    switch (command) {
      case 'hold':
        return this.held || this.hold();
      case 'resume':
        return !this.held || this.resume();
      case 'mute':
        return this.setMuted(true);
      case 'unmute':
        return this.setMuted(false);
    }
  }

  private async hold(): Promise<boolean> {
    this.held = true;
    const { agent, customer } = this;
    const [toCustomer, toAgent] = await Promise.all([
      customer.offer(withDirection(agent.remoteSdp, 'inactive')),
      agent.offer(withDirection(customer.remoteSdp, 'inactive')),
    ]);
    if (toCustomer.kind === 'accepted' && toAgent.kind === 'accepted') return true;
    await this.resume();
    return false;
  }

  private async resume(): Promise<boolean> {
    this.held = false;
    const { agent, customer } = this;
    const toAgent = await agent.offer(this.forAgent(withDirection(customer.remoteSdp, 'sendrecv')));
    const toCustomer = await customer.offer(withDirection(agent.remoteSdp, 'sendrecv'));
    return toAgent.kind === 'accepted' && toCustomer.kind === 'accepted';
  }

  /** Only the softphone is told: it stops sending, and the debtor's side notices nothing. */
  private async setMuted(muted: boolean): Promise<boolean> {
    if (this.muted === muted) return true;
    this.muted = muted;
    if (this.held) return true;
    const sdp = this.forAgent(withDirection(this.customer.remoteSdp, 'sendrecv'));
    const end = await this.agent.offer(sdp);
    if (end.kind !== 'accepted') this.muted = !muted;
    return end.kind === 'accepted';
  }

  /** Hangs up the debtor's leg, if it still stands. */
  async end(): Promise<void> {
    this.over = true;
    await this.customer.dialog.hangUp();
  }
}

/** A refresh (RFC 4028) or an empty offer changes nothing for the other side. */
function isChange(offer: string, before: string): boolean {
  if (offer === '') return false;
  return mediaDiffers(offer, before) || directionOf(offer) !== directionOf(before);
}
