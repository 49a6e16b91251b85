import type { RawDialog, RawMessage, RawResponse, RawSrf } from './srf-types';

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
/** RFC 3261, 14.1: after 491 the owner of the Call-ID waits 2.1 to 4 s; we own every Call-ID. */
const GLARE_WAIT_MS = { least: 2_100, spread: 1_900 };

/** RFC 3261, 12.2.1.2: the far side has no such dialog any more, or cannot be reached in it. */
function endsDialog(status: number): boolean {
  return status === 481 || status === 408;
}

/**
 * One confirmed SIP dialog. Every call ends within its limit, whatever the
 * signalling server does; after the end of the dialog nothing is emitted any more.
 */
export class SipDialog {
  private over = false;
  private overBy: 'far_side' | 'signalling_lost' = 'far_side';
  private modifying = false;
  private endedListener: ((by: 'far_side' | 'signalling_lost') => void) | null = null;
  private modifyListener: ((request: IncomingModify) => void) | null = null;

  constructor(
    private readonly srf: RawSrf,
    private readonly raw: RawDialog,
    private readonly forget: (dialog: SipDialog) => void,
  ) {
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

  /** Told once when the far side hangs up, or the signalling server that held the dialog is lost. */
  onEnded(listener: (by: 'far_side' | 'signalling_lost') => void): void {
    if (this.over)
      queueMicrotask(() => {
        listener(this.overBy);
      });
    else this.endedListener = listener;
  }

  onModify(listener: (request: IncomingModify) => void): void {
    this.modifyListener = listener;
  }

  /** Sends a re-INVITE (RFC 3261, 14.1) and gives the far side's answer. One at a time. */
  async modify(sdp: string, deadlineMs = MODIFY_DEADLINE_MS): Promise<ModifyEnd> {
    const until = Date.now() + deadlineMs;
    for (;;) {
      const end = await this.tryModify(sdp, until - Date.now());
      if (end.kind !== 'refused' || end.status !== 491) return end;
      const waitMs = GLARE_WAIT_MS.least + Math.random() * GLARE_WAIT_MS.spread;
      if (Date.now() + waitMs >= until) return end;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  private tryModify(sdp: string, deadlineMs: number): Promise<ModifyEnd> {
    if (this.over) return Promise.resolve({ kind: 'gone' });
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
      const contact = this.raw.local.contact;
      try {
        // not dialog.modify(): after one refusal it lets no later re-INVITE through
        this.raw.request(
          {
            method: 'INVITE',
            headers: {
              'Content-Type': 'application/sdp',
              ...(contact === undefined ? {} : { Contact: contact }),
            },
            body: sdp,
          },
          (error, res) => {
            if (error || res === undefined) settle({ kind: 'gone' });
            else if (endsDialog(res.status)) {
              this.end('far_side');
              settle({ kind: 'gone' });
            } else if (res.status >= 300) settle({ kind: 'refused', status: res.status });
            else if (res.status >= 200) settle({ kind: 'accepted', sdp: res.body ?? '' });
          },
        );
      } catch {
        settle({ kind: 'gone' });
      }
    });
  }

  private receiveModify(req: RawMessage, res: RawResponse): void {
    const isUpdate = req.method === 'UPDATE';
    const sdp = req.body ?? '';
    const answer = (status: number, body?: string): void => {
      if (res.finalResponseSent) return;
      const contact = this.raw.local.contact;
      const headers: Record<string, string> = {};
      if (contact !== undefined) headers.Contact = contact;
      if (body !== undefined) headers['Content-Type'] = 'application/sdp';
      try {
        res.send(status, undefined, { headers, ...(body === undefined ? {} : { body }) });
      } catch {
        // the signalling server went away between the question and the answer
      }
    };
    if (isUpdate && sdp === '') answer(200);
    else if (this.modifying) answer(491);
    else if (this.modifyListener === null) answer(488);
    else
      this.modifyListener({
        sdp,
        accept: (body) => {
          answer(200, body);
        },
        refuse: (status) => {
          answer(status);
        },
      });
  }

  /** Hangs up with BYE. Settles when it is answered or its limit has passed; never rejects. */
  async hangUp(reason?: string): Promise<void> {
    if (this.over) return;
    this.close();
    const headers = reason === undefined ? {} : { Reason: `SIP;cause=200;text="${reason}"` };
    await this.sendBye(headers);
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
      const timer = setTimeout(() => {
        this.raw.connected = false;
        this.srf.removeDialog(this.raw);
        resolve();
      }, BYE_DEADLINE_MS);
      // a limit on somebody else's silence keeps no process alive
      timer.unref();
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      try {
        this.raw.destroy({ headers }, done);
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

  private end(by: 'far_side' | 'signalling_lost'): void {
    if (this.over) return;
    const listener = this.endedListener;
    this.overBy = by;
    this.close();
    listener?.(by);
  }

  private close(): void {
    this.over = true;
    this.endedListener = null;
    this.modifyListener = null;
    this.forget(this);
  }
}
