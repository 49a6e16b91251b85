import type { CustomerSide } from '../calls/call-options';
import type { DialEnd } from '../calls/dialing';
import { isAgentGone } from '../calls/joining';
import type { IncomingCall } from '../gateway/incoming-call';
import type { AnswerEnd, TalkMedia } from '../media/media';
import { MediaLeg } from '../media/media-leg';
import { nextDescription } from '../media/session-description';
import type { WithdrawReason } from '../outcome/sip-outcome';
import type { QueueMusic } from './queue-music';

/** Longest wait for the softphone to take the caller's description, ms. */
const ANSWER_LIMIT_MS = 5_000;
/** RFC 3261, 21.4.26. */
const REQUEST_TERMINATED = 487;
const OK = 200;
const NOT_TAKEN = { kind: 'answered_alone', reason: 'media_refused' } as const;

/**
 * The caller's side of a call whose agent is on the line: the offer in the INVITE is answered with what
 * the agent's media make of it (RFC 3264). When it ends without an answer the caller is still waiting,
 * unless they gave up.
 */
export class Answering implements CustomerSide {
  readonly result: Promise<DialEnd>;
  private withdrawn: WithdrawReason | null = null;
  private answered = false;

  constructor(
    private readonly caller: IncomingCall,
    private readonly talk: TalkMedia,
    /** Of the caller's side. */
    private readonly legId: string,
    /** Opens what the talk is kept in; false: the attempt is not ours any more. */
    openTalk: () => Promise<boolean>,
    /** That the caller hears; null: nothing is played. */
    private readonly music: QueueMusic | null = null,
  ) {
    caller.onCancelled(() => {
      this.withdraw('caller_hung_up');
    });
    this.result = this.run(openTalk);
  }

  /** Our 200 has reached the caller: nobody else can take the call any more. */
  get isAnswered(): boolean {
    return this.answered;
  }

  withdraw(reason: WithdrawReason): boolean {
    const isFirst = this.withdrawn === null;
    this.withdrawn ??= reason;
    return isFirst;
  }

  private async run(openTalk: () => Promise<boolean>): Promise<DialEnd> {
    const { caller, talk, music } = this;
    const [answer, opened] = await Promise.all([this.describe(), openTalk().catch(() => false)]);
    if (!opened) this.withdraw('conflict');
    if (answer.kind !== 'described') this.withdraw(answer.kind);
    if (this.withdrawn !== null || answer.kind !== 'described') return this.given();
    const described = nextDescription(null, answer.sdp);
    const dialog = await caller.answer(described.sdp);
    if (dialog === null) {
      this.withdraw('caller_hung_up');
      return this.given();
    }
    this.answered = true;
    const leg = new MediaLeg(dialog, described, caller.sdp);
    const isTaken = music === null || (!this.isWithdrawn() && (await music.handOver(leg, talk)));
    return this.taken(leg, isTaken);
  }

  /** The caller is on the line: an agent who is gone by now is followed by the next one. */
  private taken(leg: MediaLeg, isTaken: boolean): DialEnd {
    const { withdrawn: reason, legId, music } = this;
    const answered = { kind: 'answered', legId, leg } as const;
    if (reason !== null && isAgentGone(reason))
      return { ...answered, meanwhile: music, givenUp: { kind: 'withdrawn', reason } };
    music?.end();
    if (reason === null) return { ...answered, givenUp: isTaken ? null : NOT_TAKEN };
    void leg.dialog.hangUp();
    return this.given(OK);
  }

  private async describe(): Promise<AnswerEnd> {
    const { caller, talk, music } = this;
    if (music !== null) return { kind: 'described', sdp: music.description };
    return talk.answer(caller.sdp, ANSWER_LIMIT_MS);
  }

  /** A method, for a property would be narrowed: it changes while a promise is awaited. */
  private isWithdrawn(): boolean {
    return this.withdrawn !== null;
  }

  private given(answeredWith: number | null = null): DialEnd {
    const reason = this.withdrawn ?? 'caller_hung_up';
    const status = reason === 'caller_hung_up' ? REQUEST_TERMINATED : answeredWith;
    return { kind: 'ended', end: { kind: 'withdrawn', reason }, status };
  }
}
