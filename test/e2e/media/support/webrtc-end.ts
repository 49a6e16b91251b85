import { randomUUID } from 'node:crypto';
import { optionsTowards } from '../../../../sip/media/engine/ng-options';
import type { RtpPeer } from './rtp-peer';
import type { Rtpengine } from './rtpengine';

/**
 * A browser's end of the audio without a browser: a second rtpengine speaks DTLS-SRTP, ICE and Opus
 * to the one under test, and hands the audio to a plain RTP peer behind it.
 */
export class WebrtcEnd {
  private readonly callId = randomUUID();
  private count = 0;

  constructor(
    private readonly engine: Rtpengine,
    private readonly peer: RtpPeer,
  ) {}

  /** The answer to a WebRTC offer; the peer behind begins to talk. */
  async answer(offer: string): Promise<string> {
    this.count += 1;
    const names = { 'call-id': `${this.callId}-${this.count}`, 'from-tag': 'offerer' };
    const inward = await this.ask({
      command: 'offer',
      ...names,
      sdp: offer,
      ...optionsTowards('plain', 'offer'),
      codec: { mask: ['opus'], transcode: ['PCMA'] },
    });
    this.peer.talkTo(inward);
    return this.ask({
      command: 'answer',
      ...names,
      'to-tag': 'peer',
      sdp: this.peer.sdp(),
      ...optionsTowards('webrtc', 'answer'),
    });
  }

  private async ask(command: Parameters<Rtpengine['client']['send']>[0]): Promise<string> {
    const reply = await this.engine.client.send(command);
    if (reply.kind !== 'ok' || typeof reply.reply.sdp !== 'string')
      throw new Error(`the helper engine did not describe: ${JSON.stringify(reply)}`);
    return reply.reply.sdp;
  }
}
