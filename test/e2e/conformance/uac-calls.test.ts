import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { conformanceSuite, newUser } from './support/conformance-suite';
import {
  appHangsUp,
  dialogOf,
  outgoingCall,
  peerHangsUp,
  placeCall,
  refusalOf,
} from './support/calls';
import { digestAnswers, digestChallenge } from './support/digest';
import { once } from './support/once';

const suite = conformanceSuite();
const openPeer = async (transport: 'udp' | 'tcp') =>
  transport === 'udp' ? await suite.udpPeer() : await suite.tcpPeer();

/** Calls from the app to a peer (RFC 3261 sections 8.1, 13.2, 15.1.1, 22). */
describe.each<'udp' | 'tcp'>(['udp', 'tcp'])('an outgoing call over %s', (transport) => {
  test('is answered, acknowledged and ended by the app', async () => {
    const peer = await openPeer(transport);
    const established = await outgoingCall(suite, peer);
    const { invite, dialog } = established;
    expect(invite.message.body).toBe(audioSdp('app'));
    expect(dialog.remote.sdp).toBe(audioSdp('peer'));
    expect(invite.message.header('max-forwards')).toMatch(/^\d+$/);
    expect(invite.message.branch).toMatch(/^z9hG4bK/);
    expect(invite.message.header('via')).toContain(`SIP/2.0/${transport.toUpperCase()}`);
    const ack = await peer.request('ACK');
    // Sections 13.2.2.4 and 17.1.1.3: same CSeq number, a transaction of its own, to the Contact.
    expect(ack.message.cseqNumber).toBe(invite.message.cseqNumber);
    expect(ack.message.branch).not.toBe(invite.message.branch);
    expect(ack.message.requestUri).toBe(peer.contactUri(established.call.user));
    const bye = await appHangsUp(established);
    expect(bye.message.cseqNumber).toBeGreaterThan(invite.message.cseqNumber);
  });

  test('is answered, acknowledged and ended by the peer', async () => {
    await peerHangsUp(await outgoingCall(suite, await openPeer(transport)));
  });

  test('rings (180) before it is answered', async () => {
    const peer = await openPeer(transport);
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, 100);
    call.answer(invite, 180);
    call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    expect(placed.provisional.map((response) => response.status)).toContain(180);
    expect(dialog.sip.remoteTag).toBe(call.local.tag);
    await peer.request('ACK');
    await appHangsUp({ peer, call, dialog });
  });

  test('hands early media (183 with SDP) to the app', async () => {
    const peer = await openPeer(transport);
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, 183, { body: audioSdp('early') });
    call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    const progress = placed.provisional.find((response) => response.status === 183);
    expect(progress?.body).toBe(audioSdp('early'));
    await peer.request('ACK');
    await appHangsUp({ peer, call, dialog });
  });

  test.each([401, 407])('answers a digest challenge (%i) and gets through', async (status) => {
    const peer = await openPeer(transport);
    const auth = { username: 'trunk-user', password: 'trunk-secret' };
    const placed = placeCall(suite, peer.contactUri(newUser()), { auth });
    const first = await peer.request('INVITE');
    PeerDialog.called(peer, first).answer(first, status, {
      headers: [digestChallenge(status, 'nonce-one')],
    });
    // Section 17.1.1.3: the refusal is acknowledged in the INVITE's own transaction.
    const ack = await peer.request('ACK');
    expect(ack.message.branch).toBe(first.message.branch);
    expect(ack.message.requestUri).toBe(first.message.requestUri);
    const second = await peer.waitFor(
      (m) => m.method === 'INVITE' && m.branch !== first.message.branch,
    );
    // Section 22.2: same Call-ID and From tag, next CSeq.
    expect(second.message.callId).toBe(first.message.callId);
    expect(second.message.tag('from')).toBe(first.message.tag('from'));
    expect(second.message.tag('to')).toBe('');
    expect(second.message.cseqNumber).toBe(first.message.cseqNumber + 1);
    expect(second.message.body).toBe(audioSdp('app'));
    expect(digestAnswers(second.message, status, auth)).toBe(true);
    const call = PeerDialog.called(peer, second);
    call.answer(second, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    await peer.request('ACK', { nth: 2 });
    await appHangsUp({ peer, call, dialog });
  });

  test('reports a second challenge as a refusal instead of trying for ever', async () => {
    const peer = await openPeer(transport);
    const auth = { username: 'trunk-user', password: 'wrong' };
    const placed = placeCall(suite, peer.contactUri(newUser()), { auth });
    for (const nth of [1, 2]) {
      const invite = await peer.request('INVITE', { nth });
      const headers = [digestChallenge(407, `nonce-${nth}`)];
      PeerDialog.called(peer, invite).answer(invite, 407, { headers });
    }
    expect((await refusalOf(placed)).status).toBe(407);
    await peer.request('ACK', { nth: 2 });
  });

  test.each([
    [404, 'Not Found'],
    [480, 'Temporarily Unavailable'],
    [486, 'Busy Here'],
    [503, 'Trunk Full'],
    [603, 'Declined By Callee'],
  ])('reports a final %i with its reason', async (status, reason) => {
    const peer = await openPeer(transport);
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, status, { reason, headers: ['Reason: Q.850;cause=17;text="busy"'] });
    const refusal = await refusalOf(placed);
    expect(refusal).toMatchObject({ status, reason });
    expect(refusal.res?.get('Reason')).toContain('cause=17');
    const ack = await peer.request('ACK');
    expect(ack.message.branch).toBe(invite.message.branch);
    expect(ack.message.tag('to')).toBe(call.local.tag);
    expect(ack.message.cseqNumber).toBe(invite.message.cseqNumber);
  });

  test('reports a redirection (302) with its Contact and does not follow it', async () => {
    const peer = await openPeer(transport);
    const placed = placeCall(suite, peer.contactUri(newUser()));
    const invite = await peer.request('INVITE');
    PeerDialog.called(peer, invite).answer(invite, 302, {
      contact: `<${peer.contactUri('elsewhere')}>`,
    });
    const refusal = await refusalOf(placed);
    expect(refusal.status).toBe(302);
    expect(refusal.res?.get('Contact')).toContain('sip:elsewhere@');
    await peer.request('ACK');
    await suite.barrier(peer);
    expect(peer.count((m) => m.method === 'INVITE')).toBe(1);
  });

  test('without an offer takes the peer’s offer and answers it in the ACK', async () => {
    const peer = await openPeer(transport);
    const pending = suite.app.srf.createUAC(peer.contactUri(newUser()), { noAck: true });
    const invite = await peer.request('INVITE');
    expect(invite.message.body).toBe('');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, 200, { body: audioSdp('peer-offer') });
    const unacknowledged = await pending;
    expect(unacknowledged.sdp).toBe(audioSdp('peer-offer'));
    const dialog = await unacknowledged.ack(audioSdp('app-answer'));
    const ack = await peer.request('ACK');
    expect(ack.message.body).toBe(audioSdp('app-answer'));
    await appHangsUp({ peer, call, dialog });
  });
});

test('the app’s own headers reach the peer as they were given', async () => {
  const peer = await suite.udpPeer();
  const placed = placeCall(suite, peer.contactUri(newUser()), {
    callingNumber: '+6281200001234',
    headers: { 'X-Attempt': '42', 'P-Asserted-Identity': '<sip:+6281200001234@127.0.0.1>' },
  });
  const invite = await peer.request('INVITE');
  expect(invite.message.header('X-Attempt')).toBe('42');
  expect(invite.message.header('P-Asserted-Identity')).toBe('<sip:+6281200001234@127.0.0.1>');
  expect(invite.message.uriOf('from')).toContain('sip:+6281200001234@');
  expect(invite.message.uriOf('contact')).toContain(suite.app.hostPort('udp'));
  const call = PeerDialog.called(peer, invite);
  call.answer(invite, 200, { body: audioSdp('peer') });
  const dialog = await dialogOf(placed);
  const ended = once(dialog, 'destroy');
  await peer.request('ACK');
  call.bye();
  await ended;
});
