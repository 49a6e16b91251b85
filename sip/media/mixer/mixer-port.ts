import { isIPv6 } from 'node:net';
import { audioHostOf, audioPortOf } from '../session-description';
import { PCMA } from './playout-buffer';
import type { MixerOrder } from './mixer-order';

/** One end of plain RTP in PCMA at the mixer: an engine sends one voice to it and is sent what that one hears. */
export class MixerPort {
  constructor(
    readonly id: string,
    private readonly host: string,
    private readonly port: number,
    private readonly send: (order: MixerOrder) => void,
  ) {}

  /** What the engine is told of it. */
  get sdp(): string {
    const address = `${isIPv6(this.host) ? 'IP6' : 'IP4'} ${this.host}`;
    return [
      ...['v=0', `o=- 1 1 IN ${address}`, 's=-', `c=IN ${address}`, 't=0 0'],
      ...[`m=audio ${this.port} RTP/AVP ${PCMA}`, `a=rtpmap:${PCMA} PCMA/8000`, 'a=ptime:20', ''],
    ].join('\r\n');
  }

  /** From here on what it hears goes where the engine's description says. */
  sendTo(sdp: string): void {
    const port = audioPortOf(sdp);
    const host = audioHostOf(sdp);
    if (port !== null && host !== null) this.send({ order: 'send_to', id: this.id, host, port });
  }

  /** Whose voices it is sent from here on, in place of those before; nobody's: nothing is sent. */
  hear(others: readonly MixerPort[]): void {
    this.send({ order: 'hear', id: this.id, others: others.map(({ id }) => id) });
  }

  close(): void {
    this.send({ order: 'close', id: this.id });
  }
}
