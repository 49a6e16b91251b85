import type { MixerPort } from '../mixer/mixer-port';
import type { TalkMixing, TalkPorts } from '../media';
import { audioPortOf, withDirection } from '../session-description';
import { AGENT, sdpOf, type EngineCall } from './engine-call';
import { CODECS_TO_TRUNK, optionsTowards, type Speech } from './ng-options';

/** What hears both sides of a talk and is heard by neither: a participant of the ng call. */
const LISTENER = 'listener';

/** The other side of the talk, as it is known to the engine. */
export interface CustomerSideOfTalk {
  readonly side: string;
  /** What it described last. */
  readonly sdp: string;
}

/**
 * The mixer on an engine's call. Nobody outside is told: ports and keys of the softphone's and of the
 * debtor's side stay what they are, the engine alone relays elsewhere.
 */
export class EngineMixing implements TalkMixing {
  private readonly sides: string[] = [];
  private isListening = false;
  /** The softphone's seat at a mixer elsewhere. */
  private line: string | null = null;
  /** Where both sides are joined to the mixer; null: they are joined to each other. */
  private ports: TalkPorts | null = null;
  /** The engine's, that the mixer sends to for the debtor; null: none. */
  private debtorHearsAt: number | null = null;

  constructor(
    private readonly call: EngineCall,
    private readonly customer: () => CustomerSideOfTalk | null,
  ) {}

  get engine(): { readonly host: string; readonly port: number } {
    return this.call.engine.address;
  }

  /** The engine copies what both sides say (`subscribe request`), each to a port of its own. */
  async listen({ agent, customer }: TalkPorts): Promise<boolean> {
    const other = this.customer();
    if (other === null) return false;
    this.isListening = true;
    const offered = sdpOf(
      await this.call.send('subscribe request', {
        'from-tags': [AGENT, other.side],
        'to-tag': LISTENER,
        ...optionsTowards('plain', 'offer'),
        codec: { mask: ['opus'], accept: ['all'], transcode: ['PCMA'] },
      }),
    );
    if (offered === null) return false;
    const reply = await this.call.send('subscribe answer', {
      'to-tag': LISTENER,
      sdp: twoMedia(agent.sdp, customer.sdp),
      flags: ['allow-transcoding', 'trust-address'],
    });
    return reply.kind === 'ok';
  }

  async unlisten(): Promise<void> {
    if (!this.isListening) return;
    this.isListening = false;
    await this.call.send('unsubscribe', { 'to-tag': LISTENER });
    await this.call.send('delete', { 'from-tag': LISTENER });
  }

  async split(ports: TalkPorts): Promise<boolean> {
    const other = this.customer();
    if (other === null) return false;
    this.ports = ports;
    const [agent, customer] = await Promise.all([
      this.seat(AGENT, this.call.leg.remoteSdp, this.call.speech, ports.agent),
      this.seat(other.side, other.sdp, 'plain', ports.customer),
    ]);
    this.debtorHearsAt = customer === null ? null : audioPortOf(customer);
    return agent !== null && customer !== null;
  }

  /** Where the mixer's part for the debtor comes in, so all that the debtor hears; null: not joined to it. */
  get debtorHears(): number | null {
    return this.debtorHearsAt;
  }

  /** One of the two was described anew, and so joined to the other: to the mixer again. */
  async renew(): Promise<void> {
    const { ports } = this;
    if (ports === null) return;
    await this.leave();
    await this.split(ports);
  }

  async seatLine(port: MixerPort): Promise<boolean> {
    const { leg, speech } = this.call;
    return (await this.seat(AGENT, leg.remoteSdp, speech, port)) !== null;
  }

  offerLine(): Promise<string | null> {
    this.line = this.call.nextSide();
    return this.offerSeat(AGENT, this.line, this.call.leg.remoteSdp);
  }

  async answerLine(mixer: string): Promise<boolean> {
    const { line } = this;
    return line !== null && this.answerSeat(AGENT, line, mixer, this.call.speech);
  }

  /** Joins one participant to the mixer, in place of whom it was joined to. @returns what the mixer was offered */
  private async seat(
    of: string,
    sdp: string,
    speech: Speech,
    port: MixerPort,
  ): Promise<string | null> {
    const side = this.call.nextSide();
    const offered = await this.offerSeat(of, side, sdp);
    if (offered === null) return null;
    port.sendTo(offered);
    return (await this.answerSeat(of, side, port.sdp, speech)) ? offered : null;
  }

  private async offerSeat(of: string, side: string, sdp: string): Promise<string | null> {
    this.sides.push(side);
    const reply = await this.call.send('offer', {
      'from-tag': of,
      'to-tag': side,
      sdp: withDirection(sdp, 'sendrecv'),
      ...optionsTowards('plain', 'offer'),
      codec: CODECS_TO_TRUNK,
    });
    return sdpOf(reply);
  }

  private async answerSeat(
    of: string,
    side: string,
    mixer: string,
    speech: Speech,
  ): Promise<boolean> {
    const reply = await this.call.send('answer', {
      'from-tag': of,
      'to-tag': side,
      sdp: mixer,
      ...optionsTowards(speech, 'answer'),
    });
    return reply.kind === 'ok';
  }

  async unsplit(): Promise<boolean> {
    const other = this.customer();
    this.ports = null;
    this.debtorHearsAt = null;
    const joined =
      other !== null &&
      (await this.call.offerTo(other.side)) !== null &&
      (await this.call.answerFrom(other.side, other.sdp));
    await this.leave();
    return joined;
  }

  private async leave(): Promise<void> {
    for (const side of this.sides.splice(0)) await this.call.send('delete', { 'from-tag': side });
  }

  async end(): Promise<void> {
    this.ports = null;
    await this.unlisten();
    await this.leave();
  }
}

/** An answer that takes two streams, each at the place of its own description. */
function twoMedia(first: string, second: string): string {
  const [, media = ''] = second.split(/(?=^m=)/m);
  const [address = ''] = /^c=.*\r\n/m.exec(second) ?? [];
  const own = media.replace('\r\n', `\r\n${address}`);
  return withDirection(first + own, 'recvonly');
}
