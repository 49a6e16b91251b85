import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { conformanceSuite, newUser } from './support/conformance-suite';
import type { SipTransport } from './support/conformance-app';
import { once } from './support/once';

const suite = conformanceSuite();

/** Calls from a peer to the app (RFC 3261 sections 8.2, 13.3, 15.1.2). */
describe.each<SipTransport>(['udp', 'tcp', 'ws'])('an incoming call over %s', (transport) => {
  const answered = async () => {
    const peer = await suite.peer(transport);
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { req, res } = await suite.app.request('INVITE', user);
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
    const ok = await peer.response(200, 'INVITE');
    return { peer, call, req, res, dialog, ok };
  };

  test('is answered, acknowledged and ended by the caller', async () => {
    const { peer, call, req, dialog, ok } = await answered();
    expect(req.body).toBe(audioSdp('caller'));
    expect(ok.message.body).toBe(audioSdp('app'));
    expect(ok.message.tag('to')).toBe(dialog.sip.localTag);
    expect(ok.message.header('contact')).not.toBe('');
    const acked = once(dialog, 'ack');
    call.ack(ok.message);
    await acked;
    const ended = once(dialog, 'destroy');
    call.bye();
    await ended;
    await peer.response(200, 'BYE');
  });

  test('is answered, acknowledged and ended by the app', async () => {
    const { peer, call, dialog, ok } = await answered();
    const acked = once(dialog, 'ack');
    call.ack(ok.message);
    await acked;
    const destroyed = dialog.destroy();
    const bye = await peer.request('BYE');
    expect(bye.message.callId).toBe(call.callId);
    expect(bye.message.tag('from')).toBe(dialog.sip.localTag);
    expect(bye.message.tag('to')).toBe(call.local.tag);
    expect(bye.message.requestUri).toBe(call.peer.contactUri('peer'));
    call.answer(bye, 200);
    await destroyed;
  });

  test('hears 180, then 183 with SDP, then 200, all with one To tag', async () => {
    const peer = await suite.peer(transport);
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { req, res } = await suite.app.request('INVITE', user);
    res.send(180);
    const ringing = await peer.response(180);
    res.send(183, { body: audioSdp('early') });
    const progress = await peer.response(183);
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
    const ok = await peer.response(200, 'INVITE');
    call.ack(ok.message);
    expect(progress.message.body).toBe(audioSdp('early'));
    expect(ringing.message.tag('to')).not.toBe('');
    expect(progress.message.tag('to')).toBe(ringing.message.tag('to'));
    expect(ok.message.tag('to')).toBe(ringing.message.tag('to'));
    const destroyed = dialog.destroy();
    call.answer(await peer.request('BYE'), 200);
    await destroyed;
  });

  test('is refused by the app with its own status and reason', async () => {
    const peer = await suite.peer(transport);
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite({ body: audioSdp('caller') });
    const { res } = await suite.app.request('INVITE', user);
    res.send(480, 'Agent Away', { headers: { 'X-Why': 'lunch' } });
    const refusal = await peer.response(480);
    expect(refusal.message.reason).toBe('Agent Away');
    expect(refusal.message.header('X-Why')).toBe('lunch');
    expect(refusal.message.tag('to')).not.toBe('');
    call.ack(refusal.message);
    await suite.barrier(peer);
    // Section 17.2.1: the ACK stops retransmission, and it is the transaction's own business.
    expect(peer.count((m) => m.status === 480)).toBe(1);
  });

  test('with a late answer to the offer is delivered to the app in the ACK', async () => {
    const peer = await suite.peer(transport);
    const user = newUser();
    const call = suite.callFrom(peer, user);
    call.invite();
    const { req, res } = await suite.app.request('INVITE', user);
    expect(req.body).toBe('');
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app-offer') });
    const ok = await peer.response(200, 'INVITE');
    expect(ok.message.body).toBe(audioSdp('app-offer'));
    const acked = once(dialog, 'ack');
    call.ack(ok.message, { body: audioSdp('late-answer') });
    const [ack] = await acked;
    expect(ack.body).toBe(audioSdp('late-answer'));
    expect(dialog.remote.sdp).toBe(audioSdp('late-answer'));
    const destroyed = dialog.destroy();
    call.answer(await peer.request('BYE'), 200);
    await destroyed;
  });
});
