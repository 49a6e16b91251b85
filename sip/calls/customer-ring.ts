import type { InviteEnd, OutgoingInvite } from '../gateway/outgoing-invite';
import type { SipDialog } from '../gateway/sip-dialog';
import type { EarlyMedia } from '../../src/domain/early-media';
import { classOfProvisionals } from '../outcome/early-media';
import type { LegEnd, WithdrawReason } from '../outcome/sip-outcome';

export interface RingLimits {
  /** To the first provisional of the next hop, ms. */
  readonly firstResponseMs: number;
  /** From the first 18x to the answer, ms. */
  readonly ringMs: number;
}

export interface RingEvents {
  /** Once, at the first 18x. */
  readonly onRinging: () => void;
  /** A description that came before the answer, and what came so far. */
  readonly onEarlyMedia: (sdp: string, earlyMedia: EarlyMedia) => void;
}

export type RingEnd =
  | {
      readonly kind: 'answered';
      readonly dialog: SipDialog;
      readonly sdp: string;
      /** Why we had given it up: the answer crossed our CANCEL. Null: it was waited for. */
      readonly givenUp: GivenUp | null;
    }
  | { readonly kind: 'ended'; readonly end: LegEnd; readonly status: number | null };

/** After a CANCEL a live hop says 487 at once; a silent one is not waited for longer. */
const SILENT_HOP_GRACE_MS = 1_000;
const CANCEL_GRACE_MS = 4_000;
/** A stack gives up by itself after 64*T1 (RFC 3261, 17.1.1.2, Timer B) and says 408. */
const TIMER_B_NEAR_MS = 30_000;

export type GivenUp = Extract<
  LegEnd,
  { kind: 'no_first_response' | 'no_ringing' | 'ring_timeout' | 'withdrawn' }
>;

/**
 * One INVITE to the debtor and its limits: first response, no ringing, ring time (features D9).
 *
 *     silent --1xx--> tried --18x--> ringing
 *        \              |              |
 *         +-------------+--------------+--limit or withdraw()--> given up: CANCEL, then 487 or silence
 *
 * An answer that crosses our CANCEL is an answer (RFC 3261, 9.1), and the call decides about it; but
 * drachtio-server hangs it up by itself. A person then picked up and heard nobody: `answered_alone`.
 */
export class CustomerRing {
  readonly result: Promise<RingEnd>;
  private givenUp: GivenUp | null = null;
  private heard = false;
  private rang = false;
  private lastEarlySdp = '';
  private readonly statuses = new Set<number>();
  private timer: NodeJS.Timeout | null = null;
  private readonly startedAtMs = Date.now();
  private invite!: OutgoingInvite;

  constructor(
    private readonly limits: RingLimits,
    private readonly events: RingEvents,
  ) {
    this.result = new Promise<OutgoingInvite>((resolve) => {
      this.attach = resolve;
    })
      .then((invite) => invite.result)
      .then((end) => this.conclude(end));
  }

  private attach!: (invite: OutgoingInvite) => void;

  /** Was anybody's phone alerted (any 18x)? */
  get alerted(): boolean {
    return this.rang;
  }

  /** The description of the last provisional; it stands when the answer carries none. */
  get earlySdp(): string {
    return this.lastEarlySdp;
  }

  /** What came before the final response. */
  get earlyMedia(): EarlyMedia {
    const { statuses, lastEarlySdp } = this;
    return classOfProvisionals({ statuses, hasDescription: lastEarlySdp !== '' });
  }

  get callId(): string | null {
    return this.invite.callId;
  }

  /** Longest life of the INVITE that the gateway has to allow, ms. */
  get deadlineMs(): number {
    return this.limits.firstResponseMs + 2 * this.limits.ringMs + 2 * CANCEL_GRACE_MS;
  }

  start(send: (onProvisional: (status: number, sdp: string) => void) => OutgoingInvite): void {
    this.limit(this.limits.firstResponseMs, { kind: 'no_first_response' });
    this.invite = send((status, sdp) => {
      this.provisional(status, sdp);
    });
    this.attach(this.invite);
  }

  private provisional(status: number, sdp: string): void {
    if (this.givenUp !== null) return;
    this.statuses.add(status);
    if (!this.heard) {
      this.heard = true;
      this.limit(this.limits.firstResponseMs + this.limits.ringMs, { kind: 'no_ringing' });
    }
    if (status >= 180 && status <= 189 && !this.rang) {
      this.rang = true;
      this.limit(this.limits.ringMs, { kind: 'ring_timeout' });
      this.events.onRinging();
    }
    if (sdp !== '') {
      this.lastEarlySdp = sdp;
      this.events.onEarlyMedia(sdp, this.earlyMedia);
    }
  }

  /** Ends the ringing for a reason of ours: CANCEL leaves at once. */
  withdraw(reason: WithdrawReason): void {
    if (this.givenUp?.kind === 'withdrawn') return;
    this.giveUp({ kind: 'withdrawn', reason });
  }

  private limit(ms: number, end: GivenUp): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.giveUp(end);
    }, ms);
  }

  private giveUp(end: GivenUp): void {
    this.givenUp = end;
    this.invite.cancel();
    if (this.timer !== null) clearTimeout(this.timer);
    const graceMs = this.heard ? CANCEL_GRACE_MS : SILENT_HOP_GRACE_MS;
    this.timer = setTimeout(() => {
      this.invite.giveUp();
    }, graceMs);
  }

  private conclude(end: InviteEnd): RingEnd {
    if (this.timer !== null) clearTimeout(this.timer);
    const ended = (legEnd: LegEnd, status: number | null = null): RingEnd => ({
      kind: 'ended',
      end: legEnd,
      status,
    });
    switch (end.kind) {
      case 'answered':
        if (this.givenUp === null || !end.isEnding) return { ...end, givenUp: this.givenUp };
        end.dialog.hangUpIfServerDoesNot();
        return ended({ kind: 'answered_alone', reason: 'answered_across_cancel' }, 200);
      case 'refused':
        return ended(this.refusal(end.status), end.status);
      case 'timeout':
        return ended(this.givenUp ?? { kind: 'no_ringing' });
      case 'not_sent':
      case 'signalling_lost':
        return ended({ kind: end.kind });
    }
  }

  private refusal(status: number): LegEnd {
    if (status === 487 && this.givenUp !== null) {
      // it spoke after all: the hop lives and had the call, so no other trunk may ring the person
      return this.givenUp.kind === 'no_first_response' ? { kind: 'no_ringing' } : this.givenUp;
    }
    const silentToTheEnd = status === 408 && !this.heard;
    if (silentToTheEnd && Date.now() - this.startedAtMs >= TIMER_B_NEAR_MS)
      return { kind: 'no_first_response' };
    return { kind: 'refused', status };
  }
}
