import {
  afterTooSmall,
  answerSession,
  expiredAfterMs,
  refreshAfterMs,
  sessionOffer,
  termsOfAnswer,
  type SessionAnswer,
  type SessionTerms,
  type SessionTimerPolicy,
} from './session-terms';
import type { RawMessage } from './srf-types';

export interface SessionTimerEvents {
  /** Sends a refresh; settles when it is answered or given up. Its answer comes by {@link SessionTimer.answered}. */
  readonly refresh: () => Promise<void>;
  /** Nobody refreshed in time. */
  readonly expire: () => void;
}

const sessionHeadersOf = (message: RawMessage) => ({
  sessionExpires: message.get('session-expires') ?? '',
  minSe: message.get('min-se') ?? '',
  supported: message.get('supported') ?? '',
});

/** How an incoming INVITE or UPDATE is answered as to session timers. */
export const answerSessionOf = (
  request: RawMessage,
  policy: SessionTimerPolicy | null,
): SessionAnswer => answerSession(sessionHeadersOf(request), policy);

/** Between two tries of a refresh that was refused, as a share of the session. */
const RETRY_SHARE = 1 / 9;

/**
 * The session timer of one dialog (RFC 4028): refreshes when that is ours to do, and tells when nobody
 * did. Every 2xx to an INVITE or UPDATE, in either direction, sets it anew.
 */
export class SessionTimer {
  private terms: SessionTerms | null = null;
  /** What a refresh of ours asks for, s. */
  private wishedS = 0;
  private refreshTimer: NodeJS.Timeout | null = null;
  private expiryTimer: NodeJS.Timeout | null = null;

  constructor(
    private policy: SessionTimerPolicy | null,
    private readonly events: SessionTimerEvents,
  ) {}

  /** Has the session a limit? */
  get isRunning(): boolean {
    return this.terms !== null;
  }

  /** Headers of a re-INVITE of ours; empty while the session has no limit. */
  offer(): Record<string, string> {
    const { policy, terms } = this;
    if (policy === null || terms === null) return {};
    return sessionOffer({ ...policy, expiresS: this.wishedS }, terms.isOursToRefresh);
  }

  /** A re-INVITE of ours was refused with 422. True: it can be sent again, with a longer session. */
  raise(refusal: RawMessage): boolean {
    const { policy } = this;
    if (policy === null || this.terms === null) return false;
    const now = { ...policy, expiresS: this.wishedS };
    const raised = afterTooSmall(now, refusal.get('min-se') ?? '');
    if (raised === null) return false;
    // what runs until then was agreed on as it was
    this.policy = raised;
    this.wishedS = raised.expiresS;
    return true;
  }

  /** A 2xx to an INVITE of ours. */
  answered(response: RawMessage): void {
    if (this.policy === null) return;
    this.agree(termsOfAnswer(response.get('session-expires') ?? ''));
  }

  /** What an INVITE or UPDATE of the far side is answered with; {@link agree} when that was a 2xx. */
  answer(request: RawMessage): SessionAnswer {
    return answerSessionOf(request, this.policy);
  }

  /** From now on these terms; null: the session has no limit. */
  agree(terms: SessionTerms | null): void {
    this.stop();
    this.terms = terms;
    if (terms === null) return;
    this.wishedS = terms.expiresS;
    this.expiryTimer = setTimeout(() => {
      this.events.expire();
    }, expiredAfterMs(terms));
    // a dialog that nobody waits for keeps no process alive
    this.expiryTimer.unref();
    if (terms.isOursToRefresh) this.refreshIn(refreshAfterMs(terms), terms);
  }

  private refreshIn(ms: number, terms: SessionTerms): void {
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = null;
      void this.events.refresh().then(() => {
        // it was refused, or is not answered: again, until the time is up
        if (this.terms === terms) this.refreshIn(terms.expiresS * 1_000 * RETRY_SHARE, terms);
      });
    }, ms);
    this.refreshTimer.unref();
  }

  /** The dialog is over, or its terms are new. */
  stop(): void {
    this.terms = null;
    if (this.refreshTimer !== null) clearTimeout(this.refreshTimer);
    if (this.expiryTimer !== null) clearTimeout(this.expiryTimer);
    this.refreshTimer = null;
    this.expiryTimer = null;
  }
}
