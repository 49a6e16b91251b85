import { incomingRequest, type IncomingRequest } from './incoming-request';
import type { SipDialog } from './sip-dialog';
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
  /** 200 with our description. Null: the caller gave up, or the signalling server could not send it. */
  answer(sdp: string): Promise<SipDialog | null>;
}

/** Longest wait for the signalling server to take the answer, ms. */
const ANSWER_DEADLINE_MS = 2_000;

export function incomingCall(
  srf: RawSrf,
  req: RawRequest,
  res: RawResponse,
  adopt: (raw: RawDialog) => SipDialog,
): IncomingCall {
  let cancelled = false;
  const listeners: (() => void)[] = [];
  req.on('cancel', () => {
    if (cancelled) return;
    cancelled = true;
    for (const listener of listeners) listener();
  });
  return {
    ...incomingRequest(req, res),
    callId: req.get('call-id') ?? '',
    sdp: req.body ?? '',
    onCancelled: (listener) => {
      if (cancelled) queueMicrotask(listener);
      else listeners.push(listener);
    },
    ring: () => {
      if (cancelled || res.finalResponseSent) return;
      try {
        res.send(180);
      } catch {
        // the signalling server is away; the final answer will show it
      }
    },
    answer: (sdp) => {
      if (cancelled || res.finalResponseSent) return Promise.resolve(null);
      return sendAnswer(srf, req, res, sdp, adopt);
    },
  };
}

function sendAnswer(
  srf: RawSrf,
  req: RawRequest,
  res: RawResponse,
  sdp: string,
  adopt: (raw: RawDialog) => SipDialog,
): Promise<SipDialog | null> {
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
      srf.createUAS(req, res, { localSdp: sdp }, (error, raw) => {
        // drachtio-srf tells of a CANCEL here too, and of both when they cross
        if (raw === undefined || error) {
          if (!settled) settle(null);
          return;
        }
        const dialog = adopt(raw);
        if (settled) void dialog.hangUp();
        else settle(dialog);
      });
    } catch {
      settle(null);
    }
  });
}
