import { isIPv6 } from 'node:net';
import { audioHostOf, audioPortOf, payloadTypeOf } from '../session-description';
import { PCMA } from './playout-buffer';
import type { MixerOrder } from './mixer-order';

/** One end of plain RTP in PCMA at the mixer: an engine sends one voice to it and is sent what that one hears. */
export class MixerPort {
  /** Digits are named as the engine names them. */
  private eventType: number | null = null;

  constructor(
    readonly id: string,
    private readonly host: string,
    private readonly port: number,
    private readonly send: (order: MixerOrder) => void,
  ) {}

  /** What the engine is told of it: an answer, once its own description is known by {@link sendTo}. */
  get sdp(): string {
    const { eventType } = this;
    const events =
      eventType === null
        ? []
        : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`];
    const types = eventType === null ? `${PCMA}` : `${PCMA} ${eventType}`;
    const address = `${isIPv6(this.host) ? 'IP6' : 'IP4'} ${this.host}`;
    return [
      ...['v=0', `o=- 1 1 IN ${address}`, 's=-', `c=IN ${address}`, 't=0 0'],
      ...[`m=audio ${this.port} RTP/AVP ${types}`, `a=rtpmap:${PCMA} PCMA/8000`],
      ...[...events, 'a=ptime:20', ''],
    ].join('\r\n');
  }

  /** From here on what it hears goes where the engine's description says. */
  sendTo(sdp: string): void {
    const port = audioPortOf(sdp);
    const host = audioHostOf(sdp);
    if (port === null || host === null) return;
    this.eventType = payloadTypeOf(sdp, 'telephone-event');
    this.send({ order: 'send_to', id: this.id, host, port, eventType: this.eventType });
  }

  /** Whose voices it is sent from here on, in place of those before; nobody's: nothing is sent. */
  hear(others: readonly MixerPort[]): void {
    this.send({ order: 'hear', id: this.id, others: others.map(({ id }) => id) });
  }

  close(): void {
    this.send({ order: 'close', id: this.id });
  }
}
