import { incomingRequest, type IncomingRequest } from './incoming-request';
import type { SessionTimerPolicy } from './session-terms';
import { answerSessionOf } from './session-timer';
import type { DialogSession, SipDialog } from './sip-dialog';
import type { RawDialog, RawRequest, RawResponse, RawSrf } from './srf-types';

/** An INVITE that belongs to none of our dialogs. Exactly one final answer is owed. */
export interface IncomingCall extends IncomingRequest {
  readonly callId: string;
  /** The offer; empty: the caller wants ours in the 200. */
  readonly sdp: string;
  /** The caller gave up before an answer; 487 is sent by the signalling server. */
  onCancelled(listener: () => void): void;
  /** 180: the caller hears ringing. */
  ring(): void;
  /**
   * Which session timers the answer agrees on (RFC 4028); null, and when it is not said: none. False: the
   * caller's session is too short, and is refused.
   */
  limitSession(policy: SessionTimerPolicy | null): boolean;
  /**
   * 183 with a description: the caller hears us before the answer, which must describe the same. False:
   * the caller gave up, or the signalling server is away.
   */
  earlyMedia(sdp: string): boolean;
  /** 200 with our description. Null: the caller gave up, or the signalling server could not send it. */
  answer(sdp: string): Promise<SipDialog | null>;
}

/** Longest wait for the signalling server to take the answer, ms. */
const ANSWER_DEADLINE_MS = 2_000;

export function incomingCall(
  srf: RawSrf,
  req: RawRequest,
  res: RawResponse,
  adopt: (raw: RawDialog, session: DialogSession) => SipDialog,
): IncomingCall {
  let cancelled = false;
  let session: AgreedSession = { policy: null, terms: null, headers: {} };
  const plain = incomingRequest(req, res);
  const listeners: (() => void)[] = [];
  req.on('cancel', () => {
    if (cancelled) return;
    cancelled = true;
    for (const listener of listeners) listener();
  });
  const provisional = (status: number, sdp?: string): boolean => {
    if (cancelled || res.finalResponseSent) return false;
    try {
      if (sdp === undefined) res.send(status);
      else res.send(status, '', { headers: { 'Content-Type': 'application/sdp' }, body: sdp });
      return true;
    } catch {
      // the signalling server is away; the final answer will show it
      return false;
    }
  };
  return {
    ...plain,
    callId: req.get('call-id') ?? '',
    sdp: req.body ?? '',
    onCancelled: (listener) => {
      if (cancelled) queueMicrotask(listener);
      else listeners.push(listener);
    },
    ring: () => {
      provisional(180);
    },
    limitSession: (policy) => {
      const answer = answerSessionOf(req, policy);
      if (answer.kind === 'agreed') session = { ...answer, policy };
      else void plain.respond(422, answer.headers);
      return answer.kind === 'agreed';
    },
    earlyMedia: (sdp) => provisional(183, sdp),
    answer: (sdp) => {
      if (cancelled || res.finalResponseSent) return Promise.resolve(null);
      return sendAnswer(srf, req, res, { sdp, session, adopt });
    },
  };
}

type AgreedSession = DialogSession & { readonly headers: Record<string, string> };

function sendAnswer(
  srf: RawSrf,
  req: RawRequest,
  res: RawResponse,
  answer: {
    readonly sdp: string;
    readonly session: AgreedSession;
    readonly adopt: (raw: RawDialog, session: DialogSession) => SipDialog;
  },
): Promise<SipDialog | null> {
  const { sdp, session, adopt } = answer;
  return new Promise((resolve) => {
    let settled = false;
    const settle = (dialog: SipDialog | null): void => {
      settled = true;
      clearTimeout(timer);
      resolve(dialog);
    };
    const timer = setTimeout(() => {
      settle(null);
    }, ANSWER_DEADLINE_MS);
    try {
      srf.createUAS(req, res, { localSdp: sdp, headers: { ...session.headers } }, (error, raw) => {
        // drachtio-srf tells of a CANCEL here too, and of both when they cross
        if (raw === undefined || error) {
          if (!settled) settle(null);
          return;
        }
        const dialog = adopt(raw, session);
        if (settled) void dialog.hangUp();
        else settle(dialog);
      });
    } catch {
      settle(null);
    }
  });
}
