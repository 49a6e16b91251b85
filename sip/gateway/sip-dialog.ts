import type { DigestAccount } from './answer-challenge';
import { requestInDialog } from './request-in-dialog';
import type { SessionAnswer, SessionTerms, SessionTimerPolicy } from './session-terms';
import { SessionTimer } from './session-timer';
import type { RawDialog, RawMessage, RawResponse, RawSrf } from './srf-types';

/** Who or what ended a dialog, when we did not. `session_expired`: nobody refreshed it (RFC 4028). */
export type DialogEndedBy = 'far_side' | 'signalling_lost' | 'session_expired';

/** What was agreed on when the dialog was made; policy null: we want no session timers. */
export interface DialogSession {
  readonly policy: SessionTimerPolicy | null;
  readonly terms: SessionTerms | null;
  /** Answers challenges of the far side; null: they are its refusal. */
  readonly account?: DigestAccount | null;
}

/** What came of an in-dialog request. No answer within the limit is `timeout`. */
export type ModifyEnd =
  | { readonly kind: 'accepted'; readonly sdp: string }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'gone' };

/** A re-INVITE or UPDATE with a description from the far side. Exactly one answer is owed. */
export interface IncomingModify {
  /** Empty: the far side wants our offer in the 200. */
  readonly sdp: string;
  accept(sdp: string): void;
  refuse(status: number): void;
}

const MODIFY_DEADLINE_MS = 10_000;
const BYE_DEADLINE_MS = 5_000;
const SERVER_BYE_MS = 1_000;
/** RFC 4028, 6: Session Interval Too Small. */
const SESSION_TOO_SMALL = 422;
const GLARE = 491;
/** RFC 3261, 14.1: after 491 the owner of the Call-ID waits 2.1 to 4 s; we own every Call-ID but of who calls us. */
const GLARE_WAIT_MS = { least: 2_100, spread: 1_900 };

/** What a signalling server says of a request that nobody answers. */
const NO_ANSWER = 408;

/** RFC 3261, 12.2.1.2: the far side has no such dialog any more, or cannot be reached in it. */
function endsDialog(status: number): boolean {
  return status === 481 || status === NO_ANSWER;
}

/**
 * One confirmed SIP dialog. Every call ends within its limit, whatever the
 * signalling server does; after the end of the dialog nothing is emitted any more.
 */
export class SipDialog {
  private over = false;
  private overBy: DialogEndedBy = 'far_side';
  /** Of ours, or of the far side: RFC 3261, 14.1 allows one INVITE at a time, in either direction. */
  private modifying = false;
  private answering = false;
  private lastModify: Promise<unknown> = Promise.resolve();
  /** What the far side was told last: a refresh says it again. */
  private localSdp: string;
  private readonly session: SessionTimer;
  private readonly account: DigestAccount | null;
  private endedListener: ((by: DialogEndedBy) => void) | null = null;
  private modifyListener: ((request: IncomingModify) => void) | null = null;

  constructor(
    private readonly srf: RawSrf,
    private readonly raw: RawDialog,
    private readonly forget: (dialog: SipDialog) => void,
    { policy, terms, account = null }: DialogSession,
  ) {
    this.account = account;
    this.localSdp = raw.local.sdp ?? '';
    this.session = new SessionTimer(policy, {
      refresh: async () => {
        await this.modify(this.localSdp);
      },
      expire: () => {
        this.expire();
      },
    });
    this.session.agree(terms);
    raw.on('destroy', () => {
      this.end('far_side');
    });
    const onOffer = (req: RawMessage, res: RawResponse): void => {
      this.receiveModify(req, res);
    };
    // with these listeners drachtio-srf answers neither by itself
    raw.on('modify', onOffer);
    raw.on('update', onOffer);
  }

  get callId(): string {
    return this.raw.sip.callId;
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Told once when the far side hangs up, the signalling server is lost, or nobody refreshes the session. */
  onEnded(listener: (by: DialogEndedBy) => void): void {
    if (this.over)
      queueMicrotask(() => {
        listener(this.overBy);
      });
    else this.endedListener = listener;
  }

  onModify(listener: (request: IncomingModify) => void): void {
    this.modifyListener = listener;
  }

  /** Sends a re-INVITE (RFC 3261, 14.1) and gives the far side's answer. One after the other. */
  modify(sdp: string, deadlineMs = MODIFY_DEADLINE_MS): Promise<ModifyEnd> {
    const until = Date.now() + deadlineMs;
    const turn = this.lastModify.then(() => this.modifyUntil(sdp, until));
    this.lastModify = turn;
    return turn;
  }

  private async modifyUntil(sdp: string, until: number): Promise<ModifyEnd> {
    for (;;) {
      const end: ModifyEnd = this.answering
        ? { kind: 'refused', status: GLARE }
        : await this.tryModify(sdp, until - Date.now());
      if (end.kind !== 'refused' || end.status !== GLARE) return end;
      const waitMs = GLARE_WAIT_MS.least + Math.random() * GLARE_WAIT_MS.spread;
      if (Date.now() + waitMs >= until) return end;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  private tryModify(sdp: string, deadlineMs: number): Promise<ModifyEnd> {
    if (this.over) return Promise.resolve({ kind: 'gone' });
    if (deadlineMs <= 0) return Promise.resolve({ kind: 'timeout' });
    this.modifying = true;
    return new Promise<ModifyEnd>((resolve) => {
      const settle = (end: ModifyEnd): void => {
        clearTimeout(timer);
        this.modifying = false;
        resolve(this.over ? { kind: 'gone' } : end);
      };
      const timer = setTimeout(() => {
        settle({ kind: 'timeout' });
      }, deadlineMs);
      // a limit on somebody else's silence keeps no process alive
      timer.unref();
      this.sendInvite(sdp, settle);
    });
  }

  private sendInvite(sdp: string, settle: (end: ModifyEnd) => void): void {
    const contact = this.raw.local.contact;
    const headers = {
      'Content-Type': 'application/sdp',
      ...this.session.offer(),
      ...(contact === undefined ? {} : { Contact: contact }),
    };
    try {
      // not dialog.modify(): after one refusal it lets no later re-INVITE through
      const request = { method: 'INVITE', headers, body: sdp } as const;
      requestInDialog(this.raw, request, this.account, (error, res) => {
        if (error || res === undefined) settle({ kind: 'gone' });
        else if (endsDialog(res.status)) {
          if (res.status === NO_ANSWER && this.session.isRunning) this.expire();
          else this.end('far_side');
          settle({ kind: 'gone' });
        } else if (res.status === SESSION_TOO_SMALL && this.session.raise(res))
          this.sendInvite(sdp, settle);
        else if (res.status >= 300) settle({ kind: 'refused', status: res.status });
        else if (res.status >= 200) {
          this.localSdp = sdp;
          if (!this.over) this.session.answered(res);
          settle({ kind: 'accepted', sdp: res.body ?? '' });
        }
      });
    } catch {
      settle({ kind: 'gone' });
    }
  }

  private receiveModify(req: RawMessage, res: RawResponse): void {
    const sdp = req.body ?? '';
    const session = this.session.answer(req);
    const refuse = (status: number, headers: Record<string, string> = {}): void => {
      this.send(res, status, headers);
    };
    const accept = (body?: string): void => {
      this.accept(res, session, body);
    };
    if (session.kind === 'too_small') refuse(SESSION_TOO_SMALL, session.headers);
    else if (req.method === 'UPDATE' && sdp === '') accept();
    else if (this.modifying) refuse(GLARE);
    else if (this.modifyListener === null) refuse(488);
    else {
      this.answering = true;
      this.modifyListener({ sdp, accept, refuse });
    }
  }

  private accept(res: RawResponse, session: SessionAnswer, body?: string): void {
    if (res.finalResponseSent) return;
    const type = body === undefined ? {} : { 'Content-Type': 'application/sdp' };
    this.send(res, 200, { ...session.headers, ...type }, body);
    if (body !== undefined) this.localSdp = body;
    if (!this.over && session.kind === 'agreed') this.session.agree(session.terms);
  }

  private send(
    res: RawResponse,
    status: number,
    headers: Record<string, string>,
    body?: string,
  ): void {
    this.answering = false;
    if (res.finalResponseSent) return;
    const contact = this.raw.local.contact;
    const all = { ...headers, ...(contact === undefined ? {} : { Contact: contact }) };
    try {
      res.send(status, undefined, { headers: all, ...(body === undefined ? {} : { body }) });
    } catch {
      // the signalling server went away between the question and the answer
    }
  }

  /** Hangs up with BYE. Settles when it is answered or its limit has passed; never rejects. */
  async hangUp(reason?: string): Promise<void> {
    if (this.over) return;
    this.close();
    const headers = reason === undefined ? {} : { Reason: `SIP;cause=200;text="${reason}"` };
    await this.sendBye(headers);
  }

  /** RFC 4028, 10: nobody refreshed the session, so a far side that is still there is told. */
  private expire(): void {
    this.end('session_expired');
    void this.sendBye({ Reason: 'SIP;cause=408;text="session expired"' });
  }

  /**
   * For an answer that crossed our CANCEL: the signalling server ends it by itself (RFC 3261, 9.1:
   * "the UAC sends a BYE"), and one BYE is enough. Ours follows only if it does not.
   */
  hangUpIfServerDoesNot(): void {
    const timer = setTimeout(() => void this.hangUp(), SERVER_BYE_MS);
    timer.unref();
    this.endedListener = () => {
      clearTimeout(timer);
    };
  }

  private sendBye(headers: Record<string, string>): Promise<void> {
    return new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.raw.connected = false;
        this.srf.removeDialog(this.raw);
        this.raw.removeAllListeners();
        resolve();
      };
      const timer = setTimeout(done, BYE_DEADLINE_MS);
      // a limit on somebody else's silence keeps no process alive
      timer.unref();
      try {
        // not dialog.destroy(): it does not tell of a challenge
        requestInDialog(this.raw, { method: 'BYE', headers }, this.account, done);
      } catch {
        done();
      }
    });
  }

  /** The connection to the signalling server broke: the dialog is beyond our reach. */
  loseSignalling(): void {
    this.end('signalling_lost');
  }

  /**
   * After the signalling server is back: if it kept the dialog, the far side is still waiting on
   * it. Ends it over the new connection; a server that forgot it refuses, which is as well.
   */
  async hangUpOver(socket: unknown): Promise<void> {
    this.raw.req.socket = socket;
    await this.sendBye({});
  }

  private end(by: DialogEndedBy): void {
    if (this.over) return;
    const listener = this.endedListener;
    this.overBy = by;
    this.close();
    listener?.(by);
  }

  private close(): void {
    this.over = true;
    this.session.stop();
    this.endedListener = null;
    this.modifyListener = null;
    this.forget(this);
  }
}
