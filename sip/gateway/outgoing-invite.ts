import type { DigestAccount } from './answer-challenge';
import { asSameCall, isChallenge, RequestCredentials } from './request-credentials';
import {
  afterTooSmall,
  sessionOffer,
  termsOfAnswer,
  type SessionTimerPolicy,
} from './session-terms';
import type { DialogSession, SipDialog } from './sip-dialog';
import type { RawDialog, RawMessage, RawRequest, RawSrf } from './srf-types';

export interface InviteOptions {
  /** Request-URI. */
  readonly uri: string;
  /** Where to send it when that is not the Request-URI's host: `sip:host:port;transport=…`. */
  readonly proxy?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The offer. */
  readonly sdp: string;
  /** Answers challenges, those of requests inside of the dialog too. */
  readonly credentials?: DigestAccount;
  /** Session timers of the dialog (RFC 4028); absent: none are asked for. */
  readonly sessionTimer?: SessionTimerPolicy | undefined;
  /** When nothing final came by then, the invite settles as `timeout` by itself, ms. */
  readonly deadlineMs: number;
  /** 100 to 199; `sdp` is empty when there is none. */
  readonly onProvisional?: (status: number, sdp: string) => void;
  /** An answer after the invite was given up; it is hung up already. */
  readonly onLateAnswer?: (callId: string) => void;
}

export type InviteEnd =
  | {
      readonly kind: 'answered';
      readonly dialog: SipDialog;
      readonly sdp: string;
      /** It crossed our CANCEL, and the signalling server hangs it up by itself. */
      readonly isEnding: boolean;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** The signalling server would not or could not send it: nothing left. */
  | { readonly kind: 'not_sent' }
  /** The signalling server was lost: what became of it is not known. */
  | { readonly kind: 'signalling_lost' }
  /** Given up by its own limit or by `giveUp`. */
  | { readonly kind: 'timeout' };

const statusOf = (error: unknown): number | null =>
  typeof error === 'object' &&
  error !== null &&
  'status' in error &&
  typeof error.status === 'number'
    ? error.status
    : null;

/**
 * An INVITE on its way. It always settles: with what the network said, or by its own limit. An
 * answer that comes after that is acknowledged (by drachtio-srf) and hung up at once.
 */
export class OutgoingInvite {
  readonly result: Promise<InviteEnd>;
  private settle!: (end: InviteEnd) => void;
  private settled = false;
  private request: RawRequest | null = null;
  private cancelWanted = false;
  private cancelSent = false;
  /** A challenge is being answered: the INVITE that `request` was is over, the next is not out. */
  private resending = false;
  private readonly credentials: RequestCredentials | null;
  private sessionTimer: SessionTimerPolicy | null;
  /** As they went out last, but for the session timer's. */
  private headers: InviteOptions['headers'];
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly srf: RawSrf,
    private readonly options: InviteOptions,
    private readonly adopt: (raw: RawDialog, session: DialogSession) => SipDialog,
    private readonly owner: {
      readonly hangsUpCrossed: boolean;
      readonly forget: (invite: OutgoingInvite) => void;
    },
  ) {
    this.credentials =
      options.credentials === undefined ? null : new RequestCredentials(options.credentials);
    this.sessionTimer = options.sessionTimer ?? null;
    this.headers = options.headers;
    this.result = new Promise((resolve) => {
      this.settle = (end) => {
        if (this.settled) return;
        this.settled = true;
        clearTimeout(this.timer);
        this.owner.forget(this);
        resolve(end);
      };
    });
    this.timer = setTimeout(() => {
      this.giveUp();
    }, options.deadlineMs);
    this.send(options.headers, options.proxy);
  }

  /** Call-ID once the INVITE is out; null before. */
  get callId(): string | null {
    return this.request?.get('call-id') ?? null;
  }

  private send(headers: InviteOptions['headers'], proxy: string | undefined): void {
    const { uri, sdp } = this.options;
    this.headers = headers;
    const timer = this.sessionTimer === null ? {} : sessionOffer(this.sessionTimer);
    try {
      this.srf.createUAC(
        uri,
        {
          // fresh objects: drachtio-srf writes into both
          headers: { ...headers, ...timer },
          localSdp: sdp,
          ...(proxy === undefined ? {} : { proxy }),
        },
        {
          cbRequest: (error, req) => {
            if (error || req === undefined) return;
            this.request = req;
            this.resending = false;
            if (this.cancelWanted) this.cancel();
          },
          cbProvisional: (res) => {
            if (!this.settled) this.options.onProvisional?.(res.status, res.body ?? '');
          },
        },
        (error, dialog) => {
          this.finish(error, dialog);
        },
      );
    } catch {
      // thrown before anything was written: no connection to the signalling server
      this.settle({ kind: this.resending ? 'signalling_lost' : 'not_sent' });
    }
  }

  private finish(error: unknown, raw: RawDialog | undefined): void {
    if (raw !== undefined) {
      this.answered(raw);
      return;
    }
    if (this.answerChallenge(error) || this.lengthenSession(error)) return;
    const status = statusOf(error);
    // answered without a Contact: neither to be acknowledged as a dialog nor a refusal
    if (finalStatusOf(error) === 200) this.settle({ kind: 'signalling_lost' });
    else if (status !== null) this.settle({ kind: 'refused', status, reason: reasonOf(error) });
    else if (this.request === null) this.settle({ kind: 'not_sent' });
    else this.settle({ kind: 'signalling_lost' });
  }

  private answered(raw: RawDialog): void {
    const policy = this.sessionTimer;
    const terms = policy && termsOfAnswer(raw.res.get('session-expires') ?? '');
    const dialog = this.adopt(raw, { policy, terms, account: this.options.credentials ?? null });
    const isEnding = this.cancelSent && this.owner.hangsUpCrossed;
    if (!this.settled) {
      this.settle({ kind: 'answered', dialog, sdp: raw.remote.sdp ?? '', isEnding });
      return;
    }
    if (isEnding) dialog.hangUpIfServerDoesNot();
    else void dialog.hangUp();
    this.options.onLateAnswer?.(dialog.callId);
  }

  /** Sends the INVITE again with credentials (RFC 3261, 8.1.3.5). False: it stays refused. */
  private answerChallenge(error: unknown): boolean {
    const { request, credentials } = this;
    const challenge = responseOf(error);
    if (this.settled || credentials === null || request === null || challenge === null)
      return false;
    if (!isChallenge(challenge.status)) return false;
    const { headers } = this;
    const { uri, proxy } = this.options;
    const again = credentials.answer({ request, challenge, uri, proxy, headers });
    if (again === null) return false;
    this.resend(again.headers, again.proxy);
    return true;
  }

  /** A session of this length is too short for who is called: asks for a longer one (RFC 4028, 7.3). */
  private lengthenSession(error: unknown): boolean {
    const { request, sessionTimer } = this;
    const refusal = responseOf(error);
    if (this.settled || sessionTimer === null || request === null || refusal?.status !== 422)
      return false;
    const longer = afterTooSmall(sessionTimer, refusal.get('min-se') ?? '');
    if (longer === null) return false;
    this.sessionTimer = longer;
    this.resend(asSameCall(request, this.headers), this.options.proxy);
    return true;
  }

  private resend(headers: Record<string, string>, proxy: string | undefined): void {
    // between the two INVITEs there is nothing to cancel: it ends as a cancelled one does
    if (this.cancelWanted) this.settle({ kind: 'refused', status: 487, reason: '' });
    else {
      this.resending = true;
      this.send(headers, proxy);
    }
  }

  /**
   * Asks for the end with CANCEL (RFC 3261, 9.1); the signalling server holds it back until the
   * first provisional. The invite still settles with what the network says: 487, or an answer
   * that crossed.
   */
  cancel(): void {
    this.cancelWanted = true;
    if (this.settled || this.cancelSent || this.resending || this.request === null) return;
    this.sendCancel(this.request);
  }

  private sendCancel(request: RawRequest): void {
    this.cancelSent = true;
    try {
      request.cancel(() => undefined);
    } catch {
      // the connection is gone; loseSignalling settles the invite
    }
  }

  /** Cancels and settles now as `timeout`; an answer that still comes is hung up at once. */
  giveUp(): void {
    this.cancel();
    this.settle({ kind: 'timeout' });
  }

  loseSignalling(): void {
    this.settle({ kind: this.request === null ? 'not_sent' : 'signalling_lost' });
  }
}

/** The response that an error of drachtio-srf carries. */
const responseOf = (error: unknown): RawMessage | null =>
  typeof error === 'object' && error !== null && 'res' in error ? (error.res as RawMessage) : null;

const finalStatusOf = (error: unknown): number | null => statusOf(responseOf(error));

const reasonOf = (error: unknown): string =>
  typeof error === 'object' &&
  error !== null &&
  'reason' in error &&
  typeof error.reason === 'string'
    ? error.reason
    : '';
