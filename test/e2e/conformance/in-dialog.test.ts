import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { appHangsUp, incomingCall, outgoingCall, peerHangsUp } from './support/calls';
import { conformanceSuite } from './support/conformance-suite';
import { once } from './support/once';

const suite = conformanceSuite();

describe('re-INVITE (RFC 3261 section 14)', () => {
  test('by the app changes the session and is acknowledged', async () => {
    const established = await outgoingCall(suite, await suite.udpPeer());
    const { peer, call, dialog, invite } = established;
    const modified = dialog.modify(audioSdp('app', 'inactive', 2));
    const reinvite = await peer.waitFor((m) => m.method === 'INVITE' && m.tag('to') !== '');
    expect(reinvite.message.body).toBe(audioSdp('app', 'inactive', 2));
    expect(reinvite.message.cseqNumber).toBeGreaterThan(invite.message.cseqNumber);
    expect(reinvite.message.tag('from')).toBe(invite.message.tag('from'));
    expect(reinvite.message.tag('to')).toBe(call.local.tag);
    expect(reinvite.message.header('contact')).not.toBe('');
    call.answer(reinvite, 200, { body: audioSdp('peer', 'inactive', 2) });
    expect(await modified).toBe(audioSdp('peer', 'inactive', 2));
    const ack = await peer.request('ACK', { nth: 2 });
    expect(ack.message.cseqNumber).toBe(reinvite.message.cseqNumber);
    await appHangsUp(established);
  });

  test('refused by the peer leaves the call as it was', async () => {
    const established = await outgoingCall(suite, await suite.udpPeer());
    const { peer, call, dialog } = established;
    const modified = dialog.modify(audioSdp('app', 'inactive', 2));
    const reinvite = await peer.waitFor((m) => m.method === 'INVITE' && m.tag('to') !== '');
    const refused = expect(modified).rejects.toMatchObject({ status: 488 });
    call.answer(reinvite, 488, { reason: 'Not Acceptable Here' });
    await refused;
    const ack = await peer.waitFor(
      (m) => m.method === 'ACK' && m.branch === reinvite.message.branch,
    );
    expect(ack.message.cseqNumber).toBe(reinvite.message.cseqNumber);
    await appHangsUp(established);
  });

  test('by the caller is answered by the app and acknowledged', async () => {
    const established = await incomingCall(suite);
    const { peer, call, dialog } = established;
    const modified = once(dialog, 'modify');
    call.invite({ body: audioSdp('caller', 'inactive', 2) });
    const [req, res] = await modified;
    expect(req.body).toBe(audioSdp('caller', 'inactive', 2));
    res.send(200, { body: audioSdp('app', 'inactive', 2) });
    const ok = await peer.response(200, 'INVITE', { nth: 2 });
    expect(ok.message.body).toBe(audioSdp('app', 'inactive', 2));
    const acked = once(dialog, 'ack');
    call.ack(ok.message);
    await acked;
    await appHangsUp(established);
  });

  test('by the called side of an outgoing call reaches the app', async () => {
    const established = await outgoingCall(suite, await suite.udpPeer());
    const { peer, call, dialog } = established;
    const modified = once(dialog, 'modify');
    call.invite({ body: audioSdp('peer', 'inactive', 2) });
    const [, res] = await modified;
    res.send(200, { body: audioSdp('app', 'inactive', 2) });
    const ok = await peer.response(200, 'INVITE');
    const acked = once(dialog, 'ack');
    call.say('ACK', { cseq: ok.message.cseqNumber });
    await acked;
    await peerHangsUp(established);
  });
});

describe('other requests inside a call', () => {
  test('INFO from the peer is answered by the app', async () => {
    const established = await incomingCall(suite);
    const { peer, call, dialog } = established;
    const informed = once(dialog, 'info');
    call.say('INFO', { body: 'Signal=5\r\n', contentType: 'application/dtmf-relay' });
    const [req, res] = await informed;
    expect(req.body).toBe('Signal=5\r\n');
    expect(req.get('Content-Type')).toBe('application/dtmf-relay');
    res.send(200, { headers: { 'X-Heard': '5' } });
    const ok = await peer.response(200, 'INFO');
    expect(ok.message.header('X-Heard')).toBe('5');
    await peerHangsUp(established);
  });

  test('INFO from the app gets the peer’s answer back', async () => {
    const established = await outgoingCall(suite, await suite.udpPeer());
    const { peer, call, dialog, invite } = established;
    const answered = dialog.request({
      method: 'INFO',
      headers: { 'Content-Type': 'application/dtmf-relay' },
      body: 'Signal=5\r\n',
    });
    const info = await peer.request('INFO');
    expect(info.message.body).toBe('Signal=5\r\n');
    expect(info.message.cseqNumber).toBeGreaterThan(invite.message.cseqNumber);
    call.answer(info, 415, { reason: 'Unsupported Media Type' });
    expect(await answered).toMatchObject({ status: 415 });
    await appHangsUp(established);
  });

  test('each take the next CSeq', async () => {
    const established = await outgoingCall(suite, await suite.udpPeer());
    const { peer, call, dialog } = established;
    for (const nth of [1, 2, 3]) {
      const answered = dialog.request({ method: 'OPTIONS' });
      call.answer(await peer.request('OPTIONS', { nth }), 200);
      await answered;
    }
    const numbers = peer.matching((m) => m.method === 'OPTIONS').map((s) => s.message.cseqNumber);
    expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
    await appHangsUp(established);
  });

  test.each(['BYE', 'INVITE'])('%s for a call nobody knows gets 481', async (method) => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    call.remote.tag = 'nobody';
    if (method === 'INVITE') call.invite();
    else call.say(method);
    const answer = await peer.response(481, method);
    if (method === 'INVITE') call.ack(answer.message);
  });
});

describe('the end of a call (RFC 3261 section 15)', () => {
  test('a second BYE gets 481', async () => {
    const established = await incomingCall(suite);
    await peerHangsUp(established);
    established.call.bye();
    await established.peer.response(481, 'BYE');
  });

  test('a retransmitted BYE is answered again and told once', async () => {
    const { peer, call, dialog } = await incomingCall(suite);
    let told = 0;
    dialog.on('destroy', () => (told += 1));
    const bye = call.bye();
    await peer.response(200, 'BYE');
    call.transmit(bye);
    await peer.response(200, 'BYE', { nth: 2 });
    await suite.barrier(peer);
    expect(told).toBe(1);
  });

  test('BYEs that cross end the call on both sides', async () => {
    const { peer, call, dialog } = await incomingCall(suite);
    const destroyed = dialog.destroy();
    const bye = await peer.request('BYE');
    call.bye();
    const answer = await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'BYE');
    expect([200, 481]).toContain(answer.message.status);
    call.answer(bye, 200);
    await destroyed;
  });

  test('a BYE the peer refuses with 481 still ends the call for the app', async () => {
    const { peer, call, dialog } = await outgoingCall(suite, await suite.udpPeer());
    const destroyed = dialog.destroy();
    call.answer(await peer.request('BYE'), 481, { reason: 'Call Does Not Exist' });
    await destroyed;
  });

  test('two calls between the same two stay apart', async () => {
    const peer = await suite.udpPeer();
    const one = await outgoingCall(suite, peer);
    const other = await outgoingCall(suite, peer);
    let otherEnded = false;
    other.dialog.on('destroy', () => (otherEnded = true));
    await peerHangsUp(one);
    expect(otherEnded).toBe(false);
    await peerHangsUp(other);
  });
});
