import type { MediaLeg } from '../media-leg';
import type { Playing, Prompt } from '../prompt';
import { directionOf } from '../session-description';
import { AGENT, EngineCall } from './engine-call';
import type { Engine } from './engine-pool';
import { EnginePlaying } from './engine-playing';
import { answerTo, forCarrier, nobody } from './engine-sdp';
import { CODECS_TO_AGENT, optionsTowards } from './ng-options';

/** The other side: there is none. */
const NOBODY = 'nobody';

/** Somebody on an engine alone, to hear a prompt: a call of the ng protocol with nobody on its other side. */
export class PromptLeg {
  private readonly call: EngineCall;
  private playing: EnginePlaying | null = null;
  private closed = false;

  private constructor(private readonly engine: Engine) {
    this.call = new EngineCall(engine, 'plain');
    engine.lines += 1;
  }

  /** What a caller is answered with, before or with the answer. Null: this engine would not. */
  static async answering(
    engine: Engine,
    offer: string,
  ): Promise<{ readonly leg: PromptLeg; readonly answer: string } | null> {
    const leg = new PromptLeg(engine);
    const answer = await leg.answer(offer);
    if (answer !== null) return { leg, answer };
    leg.close();
    return null;
  }

  /** Takes over a leg that stands, by re-INVITE. Null: the engine, or the far end, would not. */
  static async takingOver(
    engine: Engine,
    far: MediaLeg,
    limitMs: number,
  ): Promise<PromptLeg | null> {
    const leg = new PromptLeg(engine);
    const offer = await leg.call.open();
    const end = offer === null ? null : await far.offer(forCarrier(offer), limitMs);
    if (end?.kind === 'accepted' && (await leg.call.attach(far))) return leg;
    leg.close();
    return null;
  }

  private async answer(offer: string): Promise<string | null> {
    const { call } = this;
    const offered = await call.send('offer', {
      'from-tag': AGENT,
      sdp: offer,
      ...optionsTowards('plain', 'offer'),
      codec: CODECS_TO_AGENT,
    });
    if (offered.kind !== 'ok') return null;
    const answered = await call.send('answer', {
      'from-tag': AGENT,
      'to-tag': NOBODY,
      sdp: nobody('plain'),
      ...optionsTowards('plain', 'answer'),
    });
    if (answered.kind !== 'ok' || typeof answered.reply.sdp !== 'string') return null;
    return forCarrier(answered.reply.sdp, answerTo(directionOf(offer)));
  }

  play(prompt: Prompt, loops: boolean): Playing {
    this.playing?.stop();
    this.playing = new EnginePlaying(
      (name, fields) => this.call.send(name, { 'from-tag': AGENT, ...fields }),
      prompt,
      loops,
    );
    return this.playing;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.playing?.abandon();
    this.engine.lines -= 1;
    void this.call.send('delete', {});
  }
}
