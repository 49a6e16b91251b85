import type { IncomingModify } from '../../gateway/sip-dialog';
import type {
  AnswerEnd,
  Capture,
  EarlySound,
  JoinEnd,
  MediaLoss,
  TalkMedia,
  TalkReport,
} from '../media';
import type { MediaLeg } from '../media-leg';
import { audioPortOf, directionOf, payloadTypeOf, withDirection } from '../session-description';
import type { Playing, Prompt } from '../prompt';
import { EarlyEar } from './early-ear';
import { AGENT, type EngineCall } from './engine-call';
import { EngineMixing } from './engine-mixing';
import { EnginePlaying } from './engine-playing';
import { SilenceWatch } from './silence-watch';
import { countOf, NO_COUNT, qualityBetween, type StreamCount } from './stream-report';

/** One call on an engine's line: a side of its own, joined to the softphone's until the end. */
export class EngineTalk implements TalkMedia {
  private side: string | null = null;
  private customer: MediaLeg | null = null;
  /** The other side called: what it hears was agreed with the answer. */
  private answered = false;
  private earlySdp = '';
  /** Ours, that the debtor's side sends to. */
  private customerPort: number | null = null;
  /** Of the capture that runs. */
  private captured: Capture | null = null;
  private held = false;
  private muted = false;
  private waiting = false;
  private watch: SilenceWatch | null = null;
  private lossListener: ((loss: MediaLoss) => void) | null = null;
  private agentBefore: StreamCount = NO_COUNT;
  private playing: EnginePlaying | null = null;
  /** Why nobody hears the other now. */
  private readonly blockedFor = new Set<'hold' | 'prompt'>();
  readonly mixing: EngineMixing;

  constructor(
    private readonly call: EngineCall,
    private readonly silenceLimitMs: number,
  ) {
    this.mixing = new EngineMixing(call, () =>
      this.side === null || this.customer === null
        ? null
        : { side: this.side, sdp: this.customer.remoteSdp },
    );
  }

  async offer(): Promise<string | null> {
    await this.dropSide();
    this.earlySdp = '';
    const side = this.call.nextSide();
    this.takeSide(side);
    const sdp = await this.call.offerTo(side);
    this.customerPort = sdp === null ? null : audioPortOf(sdp);
    return sdp;
  }

  private takeSide(side: string | null): void {
    this.call.engine.calls += Number(side !== null) - Number(this.side !== null);
    this.side = side;
  }

  /** The softphone is not asked: the engine speaks for it. */
  async answer(offer: string): Promise<AnswerEnd> {
    await this.dropSide();
    const side = this.call.nextSide();
    this.takeSide(side);
    const answer = await this.call.reofferOf(side, offer);
    this.answered = answer !== null;
    this.customerPort = answer === null ? null : audioPortOf(answer);
    return answer === null ? { kind: 'media_refused' } : { kind: 'described', sdp: answer };
  }

  private async dropSide(): Promise<void> {
    const { side } = this;
    // it would find its own side gone, and take that for the engine's death
    this.watch?.stop();
    this.watch = null;
    this.takeSide(null);
    this.answered = false;
    if (side !== null) await this.call.send('delete', { 'from-tag': side });
  }

  early(sdp: string): void {
    this.earlySdp = sdp;
    if (this.side !== null) void this.call.answerFrom(this.side, sdp);
  }

  hearEarly(): EarlySound | null {
    return this.side === null ? null : EarlyEar.at(this.call, this.side);
  }

  async join(customer: MediaLeg): Promise<JoinEnd> {
    const { side } = this;
    this.customer = customer;
    if (side === null || customer.remoteSdp === '') return 'media_engine_lost';
    const agreed = this.answered || (await this.call.answerFrom(side, customer.remoteSdp));
    if (!agreed) return 'media_engine_lost';
    // ended meanwhile: nothing is left to watch
    if (this.side === side) this.startWatch(side);
    return customer.isOver ? 'agent_leg_failed' : 'joined';
  }

  private startWatch(side: string): void {
    this.watch = new SilenceWatch({
      limitMs: this.silenceLimitMs,
      isEngineUp: () => this.call.engine.up,
      count: async () => {
        // of the whole call: either side may be joined to the mixer
        const reply = await this.call.send('query', {});
        if (reply.kind === 'unanswered') return 'unknown';
        if (reply.kind === 'refused') return 'gone';
        const agent = countOf(reply.reply, AGENT);
        const customer = countOf(reply.reply, side);
        return agent === null || customer === null ? 'gone' : { agent, customer };
      },
      // who holds, or is held, has nothing to send
      mayBeSilent: () => this.held || !this.sends(this.customer) || !this.sends(this.call.leg),
      onFirst: ({ agent }) => {
        this.agentBefore = agent;
      },
      onLoss: (loss) => this.lossListener?.(loss),
    });
  }

  private sends(leg: MediaLeg | null): boolean {
    return leg !== null && ['sendrecv', 'sendonly'].includes(directionOf(leg.remoteSdp));
  }

  async takeOver(customer: MediaLeg, limitMs: number): Promise<boolean> {
    const sdp = await this.offer();
    if (sdp === null) return false;
    const end = await customer.offer(sdp, limitMs);
    return end.kind === 'accepted' && (await this.join(customer)) === 'joined';
  }

  onLoss(listener: (loss: MediaLoss) => void): void {
    this.lossListener = listener;
  }

  async customerOffers(request: IncomingModify): Promise<boolean> {
    const { side, customer } = this;
    if (side === null || customer === null) {
      request.refuse(491);
      return false;
    }
    if (request.sdp === '') {
      customer.acceptAsBefore(request);
      return false;
    }
    const answer = await this.call.reofferOf(side, request.sdp);
    if (answer === null) request.refuse(500);
    else {
      customer.accept(request, answer);
      this.customerPort = audioPortOf(answer) ?? this.customerPort;
    }
    await this.mixing.renew();
    return this.isCapturedElsewhere;
  }

  /** The ports tell both sides of a capture apart: with others, one of them would be silent in it. */
  private get isCapturedElsewhere(): boolean {
    const { captured, customerPort } = this;
    if (captured === null) return false;
    return captured.customerPort !== customerPort || captured.agentPort !== this.agentPort;
  }

  /** Where what the customer hears of our side comes in. */
  private get agentPort(): number | null {
    return this.mixing.debtorHears ?? this.call.agentPort;
  }

  async agentOffers(request: IncomingModify): Promise<boolean> {
    const { side, customer, call } = this;
    const before = directionOf(call.leg.remoteSdp);
    const sdp = customer?.remoteSdp ?? this.earlySdp;
    const other = side === null || sdp === '' ? null : { side, sdp };
    const done = await call.agentReoffers(request, other);
    await this.mixing.renew();
    const now = directionOf(call.leg.remoteSdp);
    // the softphone's own hold is the debtor's side's business too
    if (done && customer !== null && !this.held && now !== before)
      void customer.offer(withDirection(customer.localSdp, now));
    return this.isCapturedElsewhere;
  }

  async setHeld(held: boolean): Promise<boolean> {
    const { customer } = this;
    if (this.held === held) return true;
    if (customer === null) return false;
    if (!(await this.block('hold', held))) return false;
    this.held = held;
    if (!held) this.playing?.stop();
    this.watch?.begin();
    // silence is the engine's work; what the debtor's side makes of being told changes nothing
    const direction = held ? 'sendonly' : 'sendrecv';
    await customer.offer(withDirection(customer.localSdp, direction));
    return true;
  }

  private async block(why: 'hold' | 'prompt', wanted: boolean): Promise<boolean> {
    const { blockedFor } = this;
    const before = blockedFor.size > 0;
    if (wanted) blockedFor.add(why);
    else blockedFor.delete(why);
    const isBlocked = blockedFor.size > 0;
    if (isBlocked === before) return true;
    const reply = await this.call.send(isBlocked ? 'block media' : 'unblock media', {});
    if (reply.kind === 'ok') return true;
    if (wanted) blockedFor.delete(why);
    else blockedFor.add(why);
    return false;
  }

  play(prompt: Prompt, how: 'alone' | 'on_hold'): Playing | null {
    const { side, call } = this;
    if (side === null || (how === 'on_hold' && !this.held && !this.waiting)) return null;
    this.playing?.stop();
    // what is blocked is what the sides send: the engine's own audio is heard
    if (how === 'alone') void this.block('prompt', true);
    const playing = new EnginePlaying(
      (name, fields) => call.send(name, { 'from-tag': side, ...fields }),
      prompt,
      how === 'on_hold',
    );
    this.playing = playing;
    if (how === 'alone')
      void playing.done.then(() => {
        if (this.side === side) void this.block('prompt', false);
      });
    return playing;
  }

  setWaiting(waiting: boolean): void {
    this.waiting = waiting;
    if (!waiting) this.playing?.stop();
  }

  async setMuted(muted: boolean): Promise<boolean> {
    if (this.muted === muted) return true;
    const command = muted ? 'block media' : 'unblock media';
    const reply = await this.call.send(command, { 'from-tag': AGENT });
    if (reply.kind === 'ok') this.muted = muted;
    return reply.kind === 'ok';
  }

  async startRecording(mark: string): Promise<Capture | null> {
    const { call, customerPort, agentPort } = this;
    if (this.side === null || customerPort === null || agentPort === null) return null;
    const opusPayloadType = payloadTypeOf(call.leg.remoteSdp, 'opus');
    const capture = { engineCallId: call.ngCallId, customerPort, agentPort, opusPayloadType };
    this.captured = capture;
    const reply = await call.send('start recording', { metadata: mark });
    return reply.kind === 'ok' ? capture : null;
  }

  async stopRecording(): Promise<void> {
    this.captured = null;
    await this.call.send('stop recording', {});
  }

  async end(): Promise<TalkReport | null> {
    const { side, call } = this;
    this.watch?.stop();
    this.lossListener = null;
    this.takeSide(null);
    if (side === null) {
      await this.mixing.end();
      return null;
    }
    // the line lives on, and the next call must be heard
    this.playing?.abandon();
    if (this.blockedFor.size > 0 || this.muted) void call.send('unblock media', { flags: ['all'] });
    const reply = await call.send('query', {});
    void call.send('delete', { 'from-tag': side });
    await this.mixing.end();
    if (reply.kind !== 'ok' || this.watch === null) return null;
    const agent = countOf(reply.reply, AGENT);
    const customer = countOf(reply.reply, side);
    if (agent === null || customer === null) return null;
    return {
      agent: qualityBetween(this.agentBefore, agent),
      customer: qualityBetween(NO_COUNT, customer),
    };
  }
}
