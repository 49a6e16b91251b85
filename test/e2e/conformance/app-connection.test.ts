import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { adminExchange } from './support/admin-exchange';
import { appHangsUp, incomingCall } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';

const suite = conformanceSuite();

/** The app's own connection: the admin port of drachtio's wire protocol. */
describe('an app', () => {
  test('with a wrong secret is turned away', async () => {
    const { admin } = suite.target;
    expect((await adminExchange(admin, `authenticate|${admin.secret}|`))[0]).toBe('OK');
    expect((await adminExchange(admin, 'authenticate|wrong|'))[0]).not.toBe('OK');
  });

  test('that has no route for a method leaves the caller with a refusal', async () => {
    const peer = await suite.udpPeer();
    const call = suite.callFrom(peer);
    call.say('PUBLISH', { headers: ['Event: presence'] });
    const answer = await peer.waitFor((m) => m.isResponse && m.status >= 200);
    expect(answer.message.status).toBeGreaterThanOrEqual(400);
  });

  test('hears a clear error for a request in a call that is over', async () => {
    const established = await incomingCall(suite);
    await appHangsUp(established);
    await expect(established.dialog.request({ method: 'INFO' })).rejects.toMatchObject({
      code: 'ENODIALOG',
    });
  });

  test('can send a request outside any call and gets the answer', async () => {
    const peer = await suite.udpPeer();
    const sent = await suite.app.srf.request(peer.contactUri(newUser()), {
      method: 'OPTIONS',
      headers: { 'X-Ping': '1' },
    });
    const answered = new Promise<number>((resolve) => {
      sent.on('response', (response) => {
        resolve(response.status);
      });
    });
    const options = await peer.request('OPTIONS');
    expect(options.message.header('X-Ping')).toBe('1');
    PeerDialog.called(peer, options).answer(options, 200);
    expect(await answered).toBe(200);
  });

  test('that is given an address that is no SIP URI hears an error, and goes on', async () => {
    await expect(
      suite.app.srf.createUAC('sip:@:::', { localSdp: audioSdp('app') }),
    ).rejects.toBeDefined();
    await appHangsUp(await incomingCall(suite));
  });
});

describe('an app that is lost in mid-call', () => {
  const lostApp = async () => {
    const app = await suite.secondApp();
    const peer = await suite.udpPeer();
    const pending = app.srf.createUAC(peer.contactUri(newUser()), { localSdp: audioSdp('lost') });
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.answer(invite, 200, { body: audioSdp('peer') });
    await pending;
    await peer.request('ACK');
    app.disconnect();
    // A fresh app's connection shows that the server has seen the old one go.
    (await suite.secondApp()).disconnect();
    return { peer, call };
  };

  test('leaves the peer’s BYE with a final answer', async () => {
    const { peer, call } = await lostApp();
    call.bye();
    const answer = await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'BYE');
    expect([200, 481]).toContain(answer.message.status);
  });

  test('leaves the peer’s re-INVITE with a refusal', async () => {
    const { peer, call } = await lostApp();
    call.invite({ body: audioSdp('peer', 'inactive', 2) });
    const answer = await peer.waitFor((m) => m.status >= 200 && m.cseqMethod === 'INVITE');
    expect(answer.message.status).toBeGreaterThanOrEqual(400);
    call.ack(answer.message);
  });

  test('does not disturb the calls of another app', async () => {
    const kept = await incomingCall(suite);
    const { peer, call } = await lostApp();
    call.bye();
    await peer.waitFor((m) => m.isResponse && m.cseqMethod === 'BYE');
    await appHangsUp(kept);
  });
});
