import { audioSdp } from '../../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../../support/sip-peer/peer-dialog';
import type { SeenMessage, SipPeer } from '../../../support/sip-peer/sip-peer';
import type { TcpSipPeer } from '../../../support/sip-peer/tcp-sip-peer';
import type { UdpSipPeer } from '../../../support/sip-peer/udp-sip-peer';
import type { SipTransport } from './conformance-app';
import { newUser, type ConformanceSuite } from './conformance-suite';
import { once } from './once';
import type { AppDialog, AppRequest, AppResponse, SipRefusal, UacOptions } from './srf-types';

/** A call the app has placed and that is under way at `peer`. */
export interface PlacedCall {
  /** Resolves with the dialog, or with the refusal: a refused call is a result here, not an error. */
  outcome: Promise<AppDialog | SipRefusal>;
  /** The request as the app knows it, for `cancel`. */
  request: Promise<AppRequest>;
  provisional: AppResponse[];
}

/** Has the app call `user` at a peer, and collects what the app is told. */
export function placeCall(
  suite: ConformanceSuite,
  uri: string,
  options: UacOptions = {},
): PlacedCall {
  const provisional: AppResponse[] = [];
  let outcome: Promise<AppDialog | SipRefusal> | undefined;
  const request = new Promise<AppRequest>((resolve, reject) => {
    outcome = suite.app.srf
      .createUAC(
        uri,
        { localSdp: audioSdp('app'), ...options },
        {
          cbRequest: (error, sent) => {
            if (error instanceof Error) reject(error);
            else resolve(sent);
          },
          cbProvisional: (response) => provisional.push(response),
        },
      )
      .catch((error: unknown) => error as SipRefusal);
  });
  request.catch(() => undefined); // the outcome tells
  return { outcome: outcome!, request, provisional };
}

export function isRefusal(outcome: AppDialog | SipRefusal): outcome is SipRefusal {
  return outcome instanceof Error;
}

/** The dialog of an answered call; throws when the call was refused. */
export async function dialogOf(placed: PlacedCall): Promise<AppDialog> {
  const outcome = await placed.outcome;
  if (isRefusal(outcome)) throw outcome;
  return outcome;
}

/** The refusal of a failed call; throws when it was answered after all. */
export async function refusalOf(placed: PlacedCall): Promise<SipRefusal> {
  const outcome = await placed.outcome;
  if (!isRefusal(outcome)) throw new Error('the call was answered');
  return outcome;
}

export interface EstablishedCall {
  peer: SipPeer;
  /** The peer's side. */
  call: PeerDialog;
  /** The app's side. */
  dialog: AppDialog;
}

/** An answered and acknowledged call from a peer to the app. */
export async function incomingCall(
  suite: ConformanceSuite,
  transport: SipTransport = 'udp',
): Promise<EstablishedCall & { ok: SeenMessage }> {
  const peer = await suite.peer(transport);
  const user = newUser();
  const call = suite.callFrom(peer, user);
  call.invite({ body: audioSdp('caller') });
  const { req, res } = await suite.app.request('INVITE', user);
  const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
  const acked = once(dialog, 'ack');
  const ok = await peer.response(200, 'INVITE');
  call.ack(ok.message);
  await acked;
  return { peer, call, dialog, ok };
}

/** An answered and acknowledged call from the app to a peer. */
export async function outgoingCall(
  suite: ConformanceSuite,
  peer: UdpSipPeer | TcpSipPeer,
): Promise<EstablishedCall & { invite: SeenMessage }> {
  const user = newUser();
  const placed = placeCall(suite, peer.contactUri(user));
  const invite = await peer.waitFor((m) => m.method === 'INVITE' && m.requestUri.includes(user));
  const call = PeerDialog.called(peer, invite);
  call.answer(invite, 200, { body: audioSdp('peer') });
  const dialog = await dialogOf(placed);
  await peer.waitFor((m) => m.method === 'ACK' && m.callId === call.callId);
  return { peer, call, dialog, invite };
}

/** The app hangs up and the peer agrees. */
export async function appHangsUp({ peer, call, dialog }: EstablishedCall): Promise<SeenMessage> {
  const destroyed = dialog.destroy();
  const bye = await peer.waitFor((m) => m.method === 'BYE' && m.callId === call.callId);
  call.answer(bye, 200);
  await destroyed;
  return bye;
}

/** The peer hangs up and the app is told. */
export async function peerHangsUp({ peer, call, dialog }: EstablishedCall): Promise<void> {
  const ended = once(dialog, 'destroy');
  call.bye();
  await ended;
  await peer.waitFor((m) => m.status === 200 && m.cseqMethod === 'BYE' && m.callId === call.callId);
}
