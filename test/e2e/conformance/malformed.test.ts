import { randomBytes } from 'node:crypto';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { appHangsUp, incomingCall } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';

const suite = conformanceSuite();

/** After whatever was sent, the next honest call goes through. */
async function expectStillServing(): Promise<void> {
  await appHangsUp(await incomingCall(suite, 'udp'));
}

/** A well-formed INVITE as a list of lines, to be spoilt. */
async function inviteLines(transport: 'udp' | 'tcp' = 'udp') {
  const peer = transport === 'udp' ? await suite.udpPeer() : await suite.tcpPeer();
  const user = newUser();
  const call = suite.callFrom(peer, user);
  const text = call.request('INVITE', { body: audioSdp('caller') });
  return { peer, user, call, text };
}

const without =
  (name: string) =>
  (text: string): string =>
    text.replace(new RegExp(`^${name}:.*\r\n`, 'im'), '');

describe('a datagram that is no SIP request', () => {
  test.each<[string, string | Buffer]>([
    ['text', 'hello, is this a telephone?\r\n\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['random bytes', randomBytes(1200)],
    ['zeroes', Buffer.alloc(1200)],
    ['a keep-alive', '\r\n\r\n'],
    ['a start line alone', 'INVITE sip:x@127.0.0.1 SIP/2.0\r\n\r\n'],
    ['a header block without an end', 'INVITE sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP x'],
    ['a response to nothing', 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:1\r\n\r\n'],
  ])('(%s) does no harm', async (_name, datagram) => {
    const peer = await suite.udpPeer();
    const before = suite.app.incoming.length;
    peer.send(datagram, suite.app.hostPort('udp'));
    await suite.barrier(peer);
    expect(suite.app.incoming.length).toBe(before);
    await expectStillServing();
  });
});

describe('an INVITE with a fault the server cannot overlook', () => {
  test.each<[string, (text: string) => string]>([
    ['without Via', without('Via')],
    ['without CSeq', without('CSeq')],
    ['without Call-ID', without('Call-ID')],
    ['without From', without('From')],
    ['without To', without('To')],
    ['with a CSeq of another method', (text) => text.replace(/^CSeq: .*$/m, 'CSeq: 1 BYE')],
    ['with a CSeq that is no number', (text) => text.replace(/^CSeq: .*$/m, 'CSeq: many INVITE')],
    ['with another version', (text) => text.replace('SIP/2.0\r\n', 'SIP/3.0\r\n')],
  ])('(%s) is refused or dropped and never shown to the app', async (_name, spoil) => {
    const { peer, user, call, text } = await inviteLines();
    call.transmit(spoil(text));
    await suite.barrier(peer);
    expect(suite.app.requestsFor('INVITE', user)).toHaveLength(0);
    // A server that answers at all does so with a refusal.
    expect(peer.count((m) => m.status >= 101 && m.status < 400 && m.cseqMethod === 'INVITE')).toBe(
      0,
    );
    await expectStillServing();
  });

  test('with a header of 60 kB is refused, dropped or served, and does no harm', async () => {
    const { peer, call } = await inviteLines();
    call.say('OPTIONS', { headers: [`X-Long: ${'x'.repeat(60_000)}`], contact: null });
    await suite.barrier(await suite.udpPeer());
    await expectStillServing();
    expect(peer.count((m) => m.method !== '')).toBe(0);
  });

  test('with 2000 headers does no harm', async () => {
    const { call } = await inviteLines();
    const headers = Array.from({ length: 2000 }, (_, index) => `X-${index}: y`);
    call.say('OPTIONS', { headers, contact: null });
    await suite.barrier(await suite.udpPeer());
    await expectStillServing();
  });
});

describe('a TCP stream', () => {
  test('with a message in many pieces is put together', async () => {
    const { peer, user, call, text } = await inviteLines('tcp');
    for (const piece of text.match(/[^]{1,37}/g) ?? []) {
      call.transmit(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { req, res } = await suite.app.request('INVITE', user);
    expect(req.body).toBe(audioSdp('caller'));
    res.send(486);
    const refusal = await peer.response(486);
    expect(refusal.message.callId).toBe(call.callId);
    call.transmit(text.replace(/INVITE/g, 'ACK').replace(/\r\n\r\n[^]*/, '\r\n\r\n'));
  });

  test('with three messages in one piece is taken apart', async () => {
    const peer = await suite.tcpPeer();
    const uri = `sip:barrier@${suite.app.hostPort('tcp')}`;
    const probes = [1, 2, 3].map(() => suite.callFrom(peer));
    const texts = probes.map((probe) => probe.request('OPTIONS', { requestUri: uri }));
    peer.send(texts.join(''), suite.app.hostPort('tcp'));
    for (const probe of probes) {
      await peer.waitFor((m) => m.status === 200 && m.callId === probe.callId);
    }
  });

  test.each<[string, (text: string) => string]>([
    ['no Content-Length', without('Content-Length')],
    ['a negative one', (text) => text.replace(/^Content-Length: .*$/m, 'Content-Length: -5')],
    ['one that is no number', (text) => text.replace(/^Content-Length: .*$/m, 'Content-Length: x')],
    ['one of 10 GB', (text) => text.replace(/^(Content-Length: ).*$/m, '$110000000000')],
  ])('with %s harms that connection alone', async (_name, spoil) => {
    const { call, text } = await inviteLines('tcp');
    call.transmit(spoil(text));
    await appHangsUp(await incomingCall(suite, 'tcp'));
    await expectStillServing();
  });

  test('of junk harms that connection alone', async () => {
    const peer = await suite.tcpPeer();
    peer.send(randomBytes(100_000), suite.app.hostPort('tcp'));
    await appHangsUp(await incomingCall(suite, 'tcp'));
    await expectStillServing();
  });

  test('with a body of 200 kB is served or refused', async () => {
    const peer = await suite.tcpPeer();
    const user = newUser();
    suite.callFrom(peer, user).invite({
      body: `${audioSdp('caller')}${'a=x\r\n'.repeat(40_000)}`,
    });
    const app = suite.app.request('INVITE', user).then(({ res }) => {
      res.send(486);
    });
    const refused = peer.waitFor((m) => m.isResponse && m.status >= 400);
    await Promise.any([refused, app, peer.closed(suite.app.hostPort('tcp'))]);
    await Promise.allSettled([app, refused]);
    await expectStillServing();
  });
});

describe('a WebSocket', () => {
  test.each<[string, string | Buffer]>([
    ['text', 'hello, is this a telephone?'],
    ['random bytes', randomBytes(5_000)],
    ['an empty message', ''],
    ['1 MB of text', 'x'.repeat(1_000_000)],
  ])('with %s harms that connection alone', async (_name, message) => {
    const peer = await suite.wsPeer();
    peer.send(message);
    await appHangsUp(await incomingCall(suite, 'ws'));
    await expectStillServing();
  });

  test('with SIP in a binary frame is served (RFC 7118 section 4.2)', async () => {
    const peer = await suite.wsPeer();
    const probe = suite.callFrom(peer, 'barrier');
    peer.send(Buffer.from(probe.request('OPTIONS')));
    await peer.response(200, 'OPTIONS');
  });

  test('that vanishes in mid-call does not disturb another', async () => {
    const [lost, kept] = [await incomingCall(suite, 'ws'), await incomingCall(suite, 'ws')];
    await lost.peer.close();
    await appHangsUp(kept);
    await expectStillServing();
  });
});
