import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { newBranch, PeerDialog } from '../../support/sip-peer/peer-dialog';
import { appHangsUp, dialogOf, placeCall } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { once } from './support/once';

const suite = conformanceSuite();

describe('a route set from Record-Route (RFC 3261 sections 12.1 and 12.2.1.1)', () => {
  test('of an incoming call: the BYE goes to the proxy, for the caller', async () => {
    const [caller, proxy] = [await suite.udpPeer(), await suite.udpPeer()];
    const user = newUser();
    const call = suite.callFrom(caller, user);
    const [far, near] = [`<sip:192.0.2.7;lr>`, `<sip:proxy@${proxy.hostPort};lr>`];
    call.invite({
      body: audioSdp('caller'),
      headers: [`Record-Route: ${near}`, `Record-Route: ${far}`],
    });
    const { req, res } = await suite.app.request('INVITE', user);
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
    const ok = await caller.response(200, 'INVITE');
    expect(ok.message.allOf('record-route').join(',').replace(/\s/g, '')).toBe(`${near},${far}`);
    const acked = once(dialog, 'ack');
    call.ack(ok.message, { headers: [] });
    await acked;
    const destroyed = dialog.destroy();
    const bye = await proxy.request('BYE');
    expect(bye.message.requestUri).toBe(caller.contactUri('peer'));
    expect(bye.message.allOf('route').join(',').replace(/\s/g, '')).toBe(`${near},${far}`);
    call.answer(bye, 200);
    await destroyed;
    expect(caller.count((m) => m.method === 'BYE')).toBe(0);
  });

  test('of an outgoing call: ACK and BYE go to the proxy, in reversed order, for the callee', async () => {
    const [callee, proxy] = [await suite.udpPeer(), await suite.udpPeer()];
    const placed = placeCall(suite, callee.contactUri(newUser()));
    const invite = await callee.request('INVITE');
    const call = PeerDialog.called(callee, invite);
    const [far, near] = [`<sip:192.0.2.7;lr>`, `<sip:proxy@${proxy.hostPort};lr>`];
    call.answer(invite, 200, {
      body: audioSdp('peer'),
      headers: [`Record-Route: ${far}`, `Record-Route: ${near}`],
    });
    const dialog = await dialogOf(placed);
    const ack = await proxy.request('ACK');
    expect(ack.message.requestUri).toBe(callee.contactUri(call.user));
    expect(ack.message.allOf('route').join(',').replace(/\s/g, '')).toBe(`${near},${far}`);
    const destroyed = dialog.destroy();
    const bye = await proxy.request('BYE');
    expect(bye.message.requestUri).toBe(callee.contactUri(call.user));
    expect(bye.message.allOf('route').join(',').replace(/\s/g, '')).toBe(`${near},${far}`);
    call.answer(bye, 200);
    await destroyed;
    expect(callee.count((m) => m.method !== 'INVITE')).toBe(0);
  });

  test('an outbound proxy gets the INVITE, the Request-URI stays', async () => {
    const proxy = await suite.udpPeer();
    const user = newUser();
    const placed = placeCall(suite, `sip:${user}@192.0.2.9`, {
      proxy: `sip:${proxy.hostPort};transport=udp`,
    });
    const invite = await proxy.request('INVITE');
    expect(invite.message.requestUri).toBe(`sip:${user}@192.0.2.9`);
    const call = PeerDialog.called(proxy, invite);
    call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    const ack = await proxy.request('ACK');
    expect(ack.message.requestUri).toBe(proxy.contactUri(user));
    await appHangsUp({ peer: proxy, call, dialog });
  });
});

describe('the remote target (RFC 3261 section 12)', () => {
  test('of an outgoing call is the Contact of the 200, not where the INVITE went', async () => {
    const [first, second] = [await suite.udpPeer(), await suite.udpPeer()];
    const placed = placeCall(suite, first.contactUri(newUser()));
    const invite = await first.request('INVITE');
    const call = PeerDialog.called(first, invite);
    call.contact = `<${second.contactUri('moved')}>`;
    call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    const ack = await second.request('ACK');
    expect(ack.message.requestUri).toBe(second.contactUri('moved'));
    await appHangsUp({ peer: second, call, dialog });
  });
});

describe('the way back of a response (RFC 3261 section 18.2, RFC 3581)', () => {
  test('with rport goes to the source port, and the Via says which it was', async () => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    const branch = newBranch();
    const text = call.request('OPTIONS', { branch, requestUri: barrierUri() });
    call.transmit(
      text.replace(/Via: .*/, `Via: SIP/2.0/UDP 192.0.2.1:5099;branch=${branch};rport`),
    );
    const ok = await peer.response(200, 'OPTIONS');
    const via = ok.message.header('via');
    expect(via).toContain(`branch=${branch}`);
    expect(via).toContain('received=127.0.0.1');
    expect(via).toContain(`rport=${peer.hostPort.split(':')[1] ?? ''}`);
  });

  test('carries all Vias of the request in their order', async () => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    const below = 'SIP/2.0/UDP 192.0.2.3:5060;branch=z9hG4bKbelow';
    call.say('OPTIONS', { requestUri: barrierUri(), headers: [`Via: ${below}`] });
    const ok = await peer.response(200, 'OPTIONS');
    const vias = ok.message.allOf('via').flatMap((line) => line.split(/,\s*/));
    expect(vias).toHaveLength(2);
    expect(vias[0]).toContain(peer.hostPort);
    expect(vias[1]?.replace(/\s+/g, ' ')).toBe(below);
  });

  test('over TCP goes down the connection the request came in on', async () => {
    const peer = await suite.tcpPeer();
    const call = suite.callFrom(peer);
    call.say('OPTIONS', { requestUri: barrierUri() });
    await peer.response(200, 'OPTIONS');
    expect(peer.acceptedCount).toBe(0);
  });
});

function barrierUri(): string {
  return `sip:barrier@${suite.app.hostPort('udp')}`;
}
