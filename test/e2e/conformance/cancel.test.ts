import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import type { SeenMessage } from '../../support/sip-peer/sip-peer';
import type { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { appHangsUp, dialogOf, placeCall, refusalOf, type PlacedCall } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { once } from './support/once';
import type { AppMessage, AppRequest } from './support/srf-types';

const suite = conformanceSuite();

/** RFC 3261 section 9.1: cancelling a call the app has placed. */
describe('cancelling an outgoing call', () => {
  const ringing = async (): Promise<{
    peer: UdpSipPeer;
    placed: PlacedCall;
    invite: SeenMessage;
    call: PeerDialog;
  }> => {
    const peer = await suite.udpPeer();
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    return { peer, placed, invite, call: PeerDialog.called(peer, invite) };
  };

  test('after 180 sends CANCEL, and the 487 is acknowledged and told to the app', async () => {
    const { peer, placed, invite, call } = await ringing();
    const request = await placed.request;
    call.answer(invite, 180);
    await suite.barrier(peer);
    request.cancel();
    const cancel = await peer.request('CANCEL');
    expect(cancel.message.requestUri).toBe(invite.message.requestUri);
    expect(cancel.message.branch).toBe(invite.message.branch);
    expect(cancel.message.cseqNumber).toBe(invite.message.cseqNumber);
    expect(cancel.message.callId).toBe(invite.message.callId);
    expect(cancel.message.header('to')).toBe(invite.message.header('to'));
    expect(cancel.message.header('from')).toBe(invite.message.header('from'));
    call.answer(cancel, 200);
    call.answer(invite, 487);
    expect((await refusalOf(placed)).status).toBe(487);
    const ack = await peer.request('ACK');
    expect(ack.message.branch).toBe(invite.message.branch);
    expect(ack.message.tag('to')).toBe(call.local.tag);
  });

  test('before any provisional response is held until one arrives', async () => {
    const { peer, placed, invite, call } = await ringing();
    (await placed.request).cancel();
    // A retransmission shows that time has passed; still no CANCEL.
    await peer.request('INVITE', { nth: 2 });
    expect(peer.count((m) => m.method === 'CANCEL')).toBe(0);
    call.answer(invite, 180);
    const cancel = await peer.request('CANCEL');
    expect(cancel.message.branch).toBe(invite.message.branch);
    call.answer(cancel, 200);
    call.answer(invite, 487);
    expect((await refusalOf(placed)).status).toBe(487);
    await peer.request('ACK');
  });

  test('that is answered at the same moment is acknowledged and ended with BYE', async () => {
    const { peer, placed, invite, call } = await ringing();
    const request = await placed.request;
    call.answer(invite, 180);
    await suite.barrier(peer);
    request.cancel();
    const cancel = await peer.request('CANCEL');
    // The peer had answered before the CANCEL came in (section 9.2: then it has no effect).
    call.answer(invite, 200, { body: audioSdp('peer') });
    call.answer(cancel, 200);
    const dialog = await dialogOf(placed);
    const ack = await peer.request('ACK');
    expect(ack.message.cseqNumber).toBe(invite.message.cseqNumber);
    // The app has a call it no longer wants and hangs up. A server may have done that for it by then
    // (drachtio does): the app's own BYE then fails, and the call is over all the same.
    const over = dialog.destroy().catch((error: unknown) => String(error));
    call.answer(await peer.request('BYE'), 200);
    await over;
  });

  test('over TCP works the same', async () => {
    const peer = await suite.tcpPeer();
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, 180);
    await suite.barrier(peer);
    (await placed.request).cancel();
    const cancel = await peer.request('CANCEL');
    expect(cancel.message.branch).toBe(invite.message.branch);
    call.answer(cancel, 200);
    call.answer(invite, 487);
    expect((await refusalOf(placed)).status).toBe(487);
    await peer.request('ACK');
  });
});

/** RFC 3261 section 9.2: a caller that gives up. */
describe('an incoming CANCEL', () => {
  const cancelled = (req: AppRequest): Promise<AppMessage> =>
    new Promise((resolve) => {
      req.on('cancel', resolve);
    });

  test.each<'udp' | 'tcp' | 'ws'>(['udp', 'tcp', 'ws'])(
    'over %s is told to the app; the caller gets 200 for it and 487 for the INVITE',
    async (transport) => {
      const peer = await suite.peer(transport);
      const user = newUser();
      const call = suite.callFrom(peer, user);
      call.invite({ body: audioSdp('caller') });
      const { req, res } = await suite.app.request('INVITE', user);
      const told = cancelled(req);
      res.send(180);
      await peer.response(180);
      call.cancel();
      await peer.response(200, 'CANCEL');
      await told;
      const terminated = await peer.response(487, 'INVITE');
      call.ack(terminated.message);
      await suite.barrier(peer);
      expect(peer.count((m) => m.status === 487)).toBe(1);
    },
  );

  test('retransmitted is answered again and told once', async () => {
    const peer = await suite.udpPeer();
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { req, res } = await suite.app.request('INVITE', user);
    let told = 0;
    req.on('cancel', () => (told += 1));
    res.send(180);
    await peer.response(180);
    call.transmit(call.cancel());
    await peer.response(200, 'CANCEL', { nth: 2 });
    call.ack((await peer.response(487, 'INVITE')).message);
    await suite.barrier(peer);
    expect(told).toBe(1);
  });

  test('for an unknown call gets 481', async () => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    call.say('CANCEL', { contact: null });
    await peer.response(481, 'CANCEL');
  });

  test('after the answer has no effect on the call', async () => {
    const peer = await suite.udpPeer();
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { req, res } = await suite.app.request('INVITE', user);
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
    const ok = await peer.response(200, 'INVITE');
    call.cancel();
    await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'CANCEL');
    const acked = once(dialog, 'ack');
    call.ack(ok.message);
    await acked;
    expect(peer.count((m) => m.status === 487)).toBe(0);
    await appHangsUp({ peer, call, dialog });
  });
});
