import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import type { SipPeer } from '../../support/sip-peer/sip-peer';
import { appHangsUp, dialogOf, peerHangsUp, placeCall, refusalOf } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';

const suite = conformanceSuite();

/** Registers `user` at the app from `peer`; resolves when the client has its 200. */
async function register(peer: SipPeer, user: string, contactUri: string): Promise<PeerDialog> {
  const registration = suite.callFrom(peer, user);
  registration.say('REGISTER', {
    requestUri: `sip:${suite.app.hostPort(peer.transport)}`,
    contact: `<${contactUri}>`,
    headers: ['Expires: 600'],
  });
  const { req, res } = await suite.app.request('REGISTER', user);
  expect(req.get('Contact')).toContain(contactUri);
  res.send(200, { headers: { Contact: `<${contactUri}>;expires=600`, Expires: '600' } });
  const ok = await peer.waitFor((m) => m.status === 200 && m.callId === registration.callId);
  expect(ok.message.header('contact')).toContain(contactUri);
  return registration;
}

interface Client {
  peer: SipPeer;
  user: string;
  contactUri: string;
  /** Connections the server has opened to the client; there must be none. */
  dialledCount(): number;
  drop(): Promise<void>;
}

async function registeredClient(transport: 'ws' | 'tcp'): Promise<Client> {
  const user = newUser();
  if (transport === 'ws') {
    const peer = await suite.wsPeer();
    const contactUri = `sip:${user}@${peer.hostPort};transport=ws`;
    await register(peer, user, contactUri);
    return { peer, user, contactUri, dialledCount: () => 0, drop: () => peer.drop() };
  }
  const peer = await suite.tcpPeer();
  const target = suite.app.hostPort('tcp');
  const contactUri = `sip:${user}@${await peer.localHostPort(target)};transport=tcp`;
  await register(peer, user, contactUri);
  const drop = (): Promise<void> => peer.hangUp(target);
  return { peer, user, contactUri, dialledCount: () => peer.acceptedCount, drop };
}

/** RFC 3261 section 10 with the app as registrar; RFC 7118 section 5 for the way back. */
describe.each<'ws' | 'tcp'>(['ws', 'tcp'])('a client registered over %s', (transport) => {
  test('is called down the socket it registered on, and ends the call', async () => {
    const client = await registeredClient(transport);
    const placed = placeCall(suite, client.contactUri);
    const invite = await client.peer.request('INVITE');
    expect(invite.message.requestUri).toBe(client.contactUri);
    expect(invite.message.header('via')).toContain(`SIP/2.0/${transport.toUpperCase()}`);
    const call = PeerDialog.called(client.peer, invite);
    call.contact = `<${client.contactUri}>`;
    call.answer(invite, 180);
    call.answer(invite, 200, { body: audioSdp('softphone') });
    const dialog = await dialogOf(placed);
    const ack = await client.peer.request('ACK');
    expect(ack.message.requestUri).toBe(client.contactUri);
    await peerHangsUp({ peer: client.peer, call, dialog });
    expect(client.dialledCount()).toBe(0);
  });

  test('hears the BYE and a re-INVITE of the app on the same socket', async () => {
    const client = await registeredClient(transport);
    const placed = placeCall(suite, client.contactUri);
    const invite = await client.peer.request('INVITE');
    const call = PeerDialog.called(client.peer, invite);
    call.contact = `<${client.contactUri}>`;
    call.answer(invite, 200, { body: audioSdp('softphone') });
    const dialog = await dialogOf(placed);
    await client.peer.request('ACK');
    const modified = dialog.modify(audioSdp('app', 'sendonly', 2));
    const reinvite = await client.peer.request('INVITE', { nth: 2 });
    call.answer(reinvite, 200, { body: audioSdp('softphone', 'recvonly', 2) });
    expect(await modified).toBe(audioSdp('softphone', 'recvonly', 2));
    await client.peer.request('ACK', { nth: 2 });
    await appHangsUp({ peer: client.peer, call, dialog });
    expect(client.dialledCount()).toBe(0);
  });

  test('can be rung and given up on (CANCEL) on the same socket', async () => {
    const client = await registeredClient(transport);
    const placed = placeCall(suite, client.contactUri);
    const invite = await client.peer.request('INVITE');
    const call = PeerDialog.called(client.peer, invite);
    call.answer(invite, 180);
    await suite.barrier(client.peer);
    (await placed.request).cancel();
    call.answer(await client.peer.request('CANCEL'), 200);
    call.answer(invite, 487);
    expect((await refusalOf(placed)).status).toBe(487);
    await client.peer.request('ACK');
  });

  test('that has gone is reported unreachable at once', async () => {
    const client = await registeredClient(transport);
    await client.drop();
    await suite.barrier(await suite.udpPeer());
    const startedMs = performance.now();
    const refusal = await refusalOf(placeCall(suite, client.contactUri));
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    // Section 8.1.3.1: a transport error counts as 503; drachtio says 410 of a client that was known.
    expect([408, 410, 480, 503]).toContain(refusal.status);
  });

  test('is not mistaken for another one', async () => {
    const [one, other] = [await registeredClient(transport), await registeredClient(transport)];
    for (const client of [other, one]) {
      const placed = placeCall(suite, client.contactUri);
      const invite = await client.peer.request('INVITE');
      expect(invite.message.requestUri).toBe(client.contactUri);
      PeerDialog.called(client.peer, invite).answer(invite, 486);
      expect((await refusalOf(placed)).status).toBe(486);
      await client.peer.request('ACK');
    }
    expect(one.peer.count((m) => m.method === 'INVITE')).toBe(1);
    expect(other.peer.count((m) => m.method === 'INVITE')).toBe(1);
  });

  test('that registers anew on another socket is called on the new one', async () => {
    const first = await registeredClient(transport);
    await first.drop();
    const peer = transport === 'ws' ? await suite.wsPeer() : await suite.tcpPeer();
    const contactUri =
      'localHostPort' in peer
        ? `sip:${first.user}@${await peer.localHostPort(suite.app.hostPort('tcp'))};transport=tcp`
        : `sip:${first.user}@${peer.hostPort};transport=ws`;
    const again = suite.callFrom(peer, first.user);
    again.say('REGISTER', {
      requestUri: `sip:${suite.app.hostPort(transport)}`,
      contact: `<${contactUri}>`,
    });
    const { res } = await suite.app.request('REGISTER', first.user, 2);
    res.send(200, { headers: { Contact: `<${contactUri}>;expires=600` } });
    await peer.response(200, 'REGISTER');
    const placed = placeCall(suite, contactUri);
    const invite = await peer.request('INVITE');
    PeerDialog.called(peer, invite).answer(invite, 486);
    expect((await refusalOf(placed)).status).toBe(486);
    await peer.request('ACK');
  });

  test('is challenged (401) and accepted with credentials by the app', async () => {
    const peer = transport === 'ws' ? await suite.wsPeer() : await suite.tcpPeer();
    const user = newUser();
    const registration = suite.callFrom(peer, user);
    registration.say('REGISTER');
    const challenge = 'Digest realm="agents.invalid", nonce="n1", algorithm=MD5, qop="auth"';
    const first = await suite.app.request('REGISTER', user);
    first.res.send(401, { headers: { 'WWW-Authenticate': challenge } });
    const refused = await peer.response(401, 'REGISTER');
    expect(refused.message.header('www-authenticate').replace(/,\s*/g, ', ')).toBe(challenge);
    const credentials = 'Digest username="a", realm="agents.invalid", nonce="n1", response="x"';
    registration.say('REGISTER', { headers: [`Authorization: ${credentials}`] });
    const second = await suite.app.request('REGISTER', user, 2);
    expect(second.req.get('Authorization')?.replace(/,\s*/g, ', ')).toBe(credentials);
    second.res.send(200, { headers: { Contact: registration.contact } });
    await peer.response(200, 'REGISTER');
  });
});

test('a TCP client whose Contact names an address behind NAT is called down its socket', async () => {
  const peer = await suite.tcpPeer();
  const user = newUser();
  const contactUri = `sip:${user}@192.0.2.10:5060;transport=tcp`;
  await register(peer, user, contactUri);
  const placed = placeCall(suite, contactUri);
  const invite = await peer.request('INVITE');
  expect(invite.message.requestUri).toBe(contactUri);
  const call = PeerDialog.called(peer, invite);
  call.contact = `<${contactUri}>`;
  call.answer(invite, 200, { body: audioSdp('softphone') });
  const dialog = await dialogOf(placed);
  await peer.request('ACK');
  await appHangsUp({ peer, call, dialog });
});
