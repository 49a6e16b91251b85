import type { IncomingModify } from '../../gateway/sip-dialog';
import type { AnswerEnd, JoinEnd, TalkMedia } from '../media';
import type { MediaLeg } from '../media-leg';
import { addressDiffers, directionOf, mediaDiffers, withDirection } from '../session-description';

/** RFC 3261, 21.4.13, 21.4.26 and 21.6.4: of a description, and not of whoever refuses it. */
const REFUSES_AN_OFFER: readonly number[] = [415, 488, 606];

/**
 * What one side describes is what the other side is told, so audio flows between them directly
 * (RFC 3725, flow I, with the agent's leg already up).
 */
export class DirectTalk implements TalkMedia {
  readonly mixing = null;
  private held = false;
  private muted = false;
  private customer: MediaLeg | null = null;
  private joined = false;

  constructor(private readonly agent: MediaLeg) {}

  offer(): Promise<string> {
    return Promise.resolve(withDirection(this.agent.remoteSdp, 'sendrecv'));
  }

  async answer(offer: string, limitMs: number): Promise<AnswerEnd> {
    const end = await this.agent.offer(offer, limitMs);
    if (end.kind === 'accepted') return { kind: 'described', sdp: this.agent.remoteSdp };
    // another softphone might say the same: it is the caller's doing, and every agent's turn would come
    const isOfTheOffer = end.kind === 'refused' && REFUSES_AN_OFFER.includes(end.status);
    return { kind: isOfTheOffer ? 'media_refused' : 'agent_leg_failed' };
  }

  early(sdp: string): void {
    void this.agent.offer(sdp);
  }

  /** Nobody here hears the audio. */
  hearEarly(): null {
    return null;
  }

  async join(customer: MediaLeg, limitMs: number): Promise<JoinEnd> {
    this.customer = customer;
    if (customer.remoteSdp === '') return 'agent_leg_failed';
    const end = await this.agent.offer(customer.remoteSdp, limitMs);
    if (end.kind !== 'accepted' || customer.isOver) return 'agent_leg_failed';
    // most softphones stay where they were; one that moved has to be told to the debtor's side
    if (addressDiffers(this.agent.remoteSdp, customer.localSdp))
      void customer.offer(withDirection(this.agent.remoteSdp, 'sendrecv'));
    this.joined = true;
    return 'joined';
  }

  async takeOver(customer: MediaLeg, limitMs: number): Promise<boolean> {
    const until = Date.now() + limitMs;
    const end = await customer.offer(withDirection(this.agent.remoteSdp, 'sendrecv'), limitMs);
    if (end.kind !== 'accepted') return false;
    return (await this.join(customer, Math.max(until - Date.now(), 1))) === 'joined';
  }

  /** Nobody here sees the audio. */
  onLoss(): void {
    // nothing to tell
  }

  /** The debtor's description as the agent may have it now: silence on hold, one way when muted. */
  private forAgent(sdp: string): string {
    if (this.held) return withDirection(sdp, 'inactive');
    return this.muted ? withDirection(sdp, 'sendonly') : sdp;
  }

  /** A re-INVITE of the carrier: the agent is asked, and the agent's answer is ours. */
  async customerOffers(request: IncomingModify): Promise<boolean> {
    const { agent, customer } = this;
    if (customer === null) {
      request.refuse(491);
      return false;
    }
    if (this.held || !isChange(request.sdp, customer.remoteSdp)) {
      customer.acceptAsBefore(request);
      return false;
    }
    const end = await agent.offer(this.forAgent(request.sdp));
    if (end.kind === 'accepted') customer.accept(request, agent.remoteSdp);
    else request.refuse(end.kind === 'refused' ? end.status : 500);
    return false;
  }

  /** The softphone's own hold or change of address goes to the debtor's side as it is. */
  async agentOffers(request: IncomingModify): Promise<boolean> {
    const { agent, customer } = this;
    const quiet = !this.joined || this.held;
    if (customer === null || quiet || !isChange(request.sdp, agent.remoteSdp)) {
      agent.acceptAsBefore(request);
      return false;
    }
    const end = await customer.offer(request.sdp);
    if (end.kind === 'accepted') agent.accept(request, this.forAgent(customer.remoteSdp));
    else request.refuse(end.kind === 'refused' ? end.status : 500);
    return false;
  }

  async setHeld(held: boolean): Promise<boolean> {
    if (this.held === held) return true;
    return held ? this.hold() : this.resume();
  }

  private async hold(): Promise<boolean> {
    this.held = true;
    const { agent, customer } = this;
    if (customer === null) return false;
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
    if (customer === null) return false;
    const toAgent = await agent.offer(this.forAgent(withDirection(customer.remoteSdp, 'sendrecv')));
    const toCustomer = await customer.offer(withDirection(agent.remoteSdp, 'sendrecv'));
    return toAgent.kind === 'accepted' && toCustomer.kind === 'accepted';
  }

  /** Only the softphone is told: it stops sending, and the debtor's side notices nothing. */
  setWaiting(): void {
    // nothing can be played
  }

  async setMuted(muted: boolean): Promise<boolean> {
    if (this.muted === muted) return true;
    this.muted = muted;
    if (this.held || this.customer === null) return true;
    const sdp = this.forAgent(withDirection(this.customer.remoteSdp, 'sendrecv'));
    const end = await this.agent.offer(sdp);
    if (end.kind !== 'accepted') this.muted = !muted;
    return end.kind === 'accepted';
  }

  /** Nobody here could: it needs an engine. */
  play(): null {
    return null;
  }

  /** Nobody here hears the audio. */
  startRecording(): Promise<null> {
    return Promise.resolve(null);
  }

  stopRecording(): Promise<void> {
    return Promise.resolve();
  }

  end(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** A refresh (RFC 4028) or an empty offer changes nothing for the other side. */
function isChange(offer: string, before: string): boolean {
  if (offer === '') return false;
  return mediaDiffers(offer, before) || directionOf(offer) !== directionOf(before);
}
