import { audioSdp } from '../../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../../support/sip-peer/peer-dialog';
import type { SeenMessage, SipPeer } from '../../../support/sip-peer/sip-peer';

export interface CallingOptions {
  /** host:port of the signalling server. */
  readonly server: string;
  /** As the carrier writes it. */
  readonly called: string;
  /** User part of the From header. */
  readonly from: string;
  readonly headers?: string[];
  /** What the caller offers. */
  readonly sdp?: string;
}

/** A call by way of a carrier's peer: it acknowledges what it is told to and answers a BYE itself. */
export class InboundCaller {
  readonly dialog: PeerDialog;

  constructor(
    private readonly peer: SipPeer,
    { server, called, from, headers = [], sdp = audioSdp('penelepon') }: CallingOptions,
  ) {
    this.dialog = PeerDialog.calling(peer, server, called, from);
    this.dialog.invite({ body: sdp, headers });
  }

  /** The first response with this status. */
  response(status: number, limitMs = 5_000): Promise<SeenMessage> {
    return this.peer.waitFor(
      (m) => m.callId === this.dialog.callId && m.cseqMethod === 'INVITE' && m.status === status,
      { limitMs },
    );
  }

  /** Waits for the final response and acknowledges it. */
  async final(limitMs = 8_000): Promise<SeenMessage['message']> {
    const { message } = await this.peer.waitFor(
      (m) => m.callId === this.dialog.callId && m.cseqMethod === 'INVITE' && m.status >= 200,
      { limitMs },
    );
    this.dialog.ack(message);
    return message;
  }

  /** The talk takes the caller over: answered with what it had offered, or something else. */
  async acceptReInvite(sdp: string, limitMs = 5_000, nth = 1): Promise<string> {
    const offer = await this.peer.waitFor(
      (m) => m.method === 'INVITE' && m.callId === this.dialog.callId,
      { limitMs, nth },
    );
    this.dialog.answer(offer, 200, { body: sdp });
    return offer.message.body;
  }

  async hangUp(): Promise<void> {
    this.dialog.bye();
    await this.peer.waitFor(
      (m) => m.callId === this.dialog.callId && m.cseqMethod === 'BYE' && m.status === 200,
    );
  }

  /** The far end hangs up. */
  async untilHungUp(): Promise<void> {
    const bye = await this.peer.waitFor(
      (m) => m.method === 'BYE' && m.callId === this.dialog.callId,
    );
    this.dialog.answer(bye, 200);
  }
}
