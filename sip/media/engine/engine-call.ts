import { randomUUID } from 'node:crypto';
import type { IncomingModify } from '../../gateway/sip-dialog';
import type { MediaLeg } from '../media-leg';
import { audioPortOf, directionOf, withDirection } from '../session-description';
import type { NgDictionary } from './bencode';
import type { Engine } from './engine-pool';
import { answerTo, forCarrier, nobody } from './engine-sdp';
import type { NgReply } from './ng-client';
import { CODECS_TO_AGENT, CODECS_TO_TRUNK, optionsTowards, type Speech } from './ng-options';

/** The softphone's side of the engine's call. */
export const AGENT = 'agent';
/** The other side while there is nobody to talk to. */
const NOBODY = 'nobody';

/** The `sdp` of a reply; null: refused or unanswered. */
export const sdpOf = (reply: NgReply): string | null =>
  reply.kind === 'ok' && typeof reply.reply.sdp === 'string' ? reply.reply.sdp : null;

/**
 * One call of the ng protocol: the softphone's side, and whoever it is joined to now. The ports and
 * keys of the softphone's side stay through all of them.
 */
export class EngineCall {
  readonly ngCallId = randomUUID();
  private standing: MediaLeg | null = null;
  private sides = 0;
  /** Ours, that the softphone sends to; null: not offered yet. */
  agentPort: number | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly engine: Engine,
    readonly speech: Speech,
  ) {}

  /** Sets the call up with nobody on the other side, and gives the offer to the softphone. */
  async open(): Promise<string | null> {
    const { speech } = this;
    const sdp = sdpOf(
      await this.send('offer', {
        'from-tag': NOBODY,
        sdp: nobody(speech),
        ...optionsTowards(speech, 'offer'),
      }),
    );
    this.agentPort = sdp === null ? null : audioPortOf(sdp);
    return sdp === null ? null : withDirection(sdp, 'sendrecv');
  }

  /** The leg that was attached. */
  get leg(): MediaLeg {
    if (this.standing === null) throw new Error('the softphone has not answered');
    return this.standing;
  }

  /** Commands of one line go out one after the other: each means what the one before left. */
  send(command: string, fields: NgDictionary): Promise<NgReply> {
    const turn = this.last.then(() =>
      this.engine.client.send({ command, 'call-id': this.ngCallId, ...fields }),
    );
    this.last = turn;
    return turn;
  }

  /** The softphone's answer. */
  async attach(leg: MediaLeg): Promise<boolean> {
    this.standing = leg;
    const reply = await this.send('answer', {
      'from-tag': NOBODY,
      'to-tag': AGENT,
      sdp: withDirection(leg.remoteSdp, 'sendrecv'),
      ...optionsTowards('plain', 'answer'),
    });
    return reply.kind === 'ok';
  }

  /** Does the engine still know the call? One that was restarted answers pings and has forgotten it. */
  async isKnown(): Promise<boolean> {
    return (await this.send('query', { 'from-tag': NOBODY })).kind === 'ok';
  }

  /** A name for the other side of the next INVITE. */
  nextSide(): string {
    this.sides += 1;
    return `called-${this.sides}`;
  }

  /** Joins a new side to the softphone's, and gives what it is to be offered. */
  async offerTo(side: string): Promise<string | null> {
    const sdp = sdpOf(
      await this.send('offer', {
        'from-tag': AGENT,
        'to-tag': side,
        sdp: withDirection(this.leg.remoteSdp, 'sendrecv'),
        ...optionsTowards('plain', 'offer'),
        codec: CODECS_TO_TRUNK,
      }),
    );
    return sdp === null ? null : forCarrier(sdp);
  }

  /** What the other side answered: from here on audio flows. */
  async answerFrom(side: string, sdp: string): Promise<boolean> {
    const reply = await this.send('answer', {
      'from-tag': AGENT,
      'to-tag': side,
      sdp,
      ...optionsTowards(this.speech, 'answer'),
    });
    return reply.kind === 'ok';
  }

  /** The other side's offer, its first (a caller's) or a later one, answered with what the softphone had said. Null: it cannot be had. */
  async reofferOf(side: string, offer: string): Promise<string | null> {
    const towardsAgent = await this.send('offer', {
      'from-tag': side,
      'to-tag': AGENT,
      sdp: offer,
      ...optionsTowards(this.speech, 'offer'),
      codec: CODECS_TO_AGENT,
    });
    if (towardsAgent.kind !== 'ok') return null;
    const answer = sdpOf(
      await this.send('answer', {
        'from-tag': side,
        'to-tag': AGENT,
        sdp: withDirection(this.leg.remoteSdp, 'sendrecv'),
        ...optionsTowards('plain', 'answer'),
      }),
    );
    return answer === null ? null : forCarrier(answer, answerTo(directionOf(offer)));
  }

  /**
   * The softphone's re-offer (its network changed, ICE begins anew, it holds): answered with what
   * the other side had said, or with nobody.
   */
  async agentReoffers(
    request: IncomingModify,
    other: { readonly side: string; readonly sdp: string } | null,
  ): Promise<boolean> {
    if (request.sdp === '') {
      this.leg.acceptAsBefore(request);
      return true;
    }
    const side = other?.side ?? NOBODY;
    const offered = await this.send('offer', {
      'from-tag': AGENT,
      'to-tag': side,
      sdp: request.sdp,
      ...optionsTowards('plain', 'offer'),
      codec: CODECS_TO_TRUNK,
    });
    const answer =
      offered.kind !== 'ok'
        ? null
        : sdpOf(
            await this.send('answer', {
              'from-tag': AGENT,
              'to-tag': side,
              sdp: other?.sdp ?? nobody(this.speech),
              ...optionsTowards(this.speech, 'answer'),
            }),
          );
    if (answer === null) {
      request.refuse(500);
      return false;
    }
    this.agentPort = audioPortOf(answer) ?? this.agentPort;
    this.leg.accept(request, withDirection(answer, answerTo(directionOf(request.sdp))));
    return true;
  }
}
