import pino from 'pino';
import { Registry } from 'prom-client';
import { openScreen } from '../../../sip/screen/open-screen';
import type { Database } from '../../../src/db/database';
import { Cleanups } from '../../support/cleanups';
import { newBranch, newToken } from '../../support/sip-peer/peer-dialog';
import { messageText } from '../../support/sip-peer/message-text';
import type { SipPeer } from '../../support/sip-peer/sip-peer';
import { TcpSipPeer } from '../../support/sip-peer/tcp-sip-peer';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { WsSipPeer } from '../../support/sip-peer/ws-sip-peer';
import { openTarget, type ConformanceTarget } from '../conformance/support/conformance-target';
import { CallFloor, eventually } from './support/call-floor';

jest.setTimeout(40_000);

/** Who is who tells the address: strangers have one each, so that none is banned for another. */
const TRUNK = '127.0.0.3';
const VICTIM = '127.0.0.4';

const cleanups = new Cleanups();
const registry = new Registry();
let floor: CallFloor;
let victim: UdpSipPeer;
let trunk: UdpSipPeer;
let strangers = 0;

beforeAll(async () => {
  const log = pino({ level: 'silent' });
  const screened = async (db: Database): Promise<ConformanceTarget> => {
    const { screen, stop } = await openScreen({ db, log, registry });
    const target = await openTarget('', { screen });
    return { ...target, close: () => Promise.all([target.close(), stop()]).then(() => undefined) };
  };
  floor = cleanups.add(await CallFloor.open({}, screened));
  victim = cleanups.add(await UdpSipPeer.open(VICTIM));
  trunk = cleanups.add(await UdpSipPeer.open(TRUNK));
});
afterAll(() => cleanups.run());

const server = (transport: 'udp' | 'tcp' | 'tls' | 'ws' = 'udp'): string =>
  floor.endpoint(transport).split('/')[1]!;

const openStranger = async (): Promise<UdpSipPeer> =>
  cleanups.add(await UdpSipPeer.open(`127.0.1.${++strangers}`));

interface Wish {
  readonly uri?: string;
  readonly toTag?: string;
  readonly routes?: readonly string[];
}

function requestText(peer: SipPeer, method: string, wish: Wish = {}): string {
  const { uri = `sip:${server()}`, toTag, routes = [] } = wish;
  return messageText([
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/${peer.viaTransport} ${peer.hostPort};branch=${newBranch()};rport`,
    ...routes.map((route) => `Route: <sip:${route};lr>`),
    'Max-Forwards: 70',
    `From: <sip:who@${peer.hostPort}>;tag=${newToken()}`,
    `To: <sip:who@santun>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${newToken()}`,
    `CSeq: 1 ${method}`,
    `Contact: <${peer.contactUri('who')}>`,
  ]);
}

/** Sends and waits until the server has answered a REGISTER that came after it. */
async function heardAfter(peer: SipPeer, text: string): Promise<string[]> {
  const target = server(peer.transport);
  peer.send(text, target);
  peer.send(requestText(peer, 'REGISTER'), target);
  await peer.waitFor(({ status, cseqMethod }) => status === 401 && cseqMethod === 'REGISTER');
  return peer.seen.map(({ message }) => message.startLine);
}

const CHALLENGED = ['SIP/2.0 401 Unauthorized'];

const twoVias = (peer: SipPeer): string =>
  messageText([
    'SIP/2.0 200 OK',
    `Via: SIP/2.0/UDP ${server()};branch=${newBranch()}`,
    `Via: SIP/2.0/UDP ${victim.hostPort};branch=${newBranch()}`,
    `From: <sip:who@${peer.hostPort}>;tag=a`,
    'To: <sip:who@santun>;tag=b',
    `Call-ID: ${newToken()}`,
    'CSeq: 1 INVITE',
  ]);

const inDialogTo = (peer: SipPeer, method: string): string =>
  requestText(peer, method, { toTag: 'b', routes: [server(), victim.hostPort] });

test.each<[string, (peer: SipPeer) => string]>([
  ['OPTIONS', (peer) => requestText(peer, 'OPTIONS')],
  [
    'an INVITE to a third party',
    (p) => requestText(p, 'INVITE', { uri: `sip:+6281200001234@${victim.hostPort}` }),
  ],
  ['an INVITE to us', (peer) => requestText(peer, 'INVITE')],
  ['a MESSAGE with a To tag and a foreign Route', (peer) => inDialogTo(peer, 'MESSAGE')],
  ['a BYE with a To tag and a foreign Route', (peer) => inDialogTo(peer, 'BYE')],
  ['a REGISTER with a To tag', (peer) => requestText(peer, 'REGISTER', { toTag: 'b' })],
  ['a CANCEL of nothing', (peer) => requestText(peer, 'CANCEL')],
  ['an ACK with a foreign Route', (peer) => inDialogTo(peer, 'ACK')],
  ['a response with two Vias', twoVias],
  [
    'a request of a SIP that does not exist',
    (p) => requestText(p, 'OPTIONS').replace(/SIP\/2\.0\r/, 'SIP/3.0\r'),
  ],
  ['a request without CSeq', (peer) => requestText(peer, 'OPTIONS').replace(/CSeq.*\r\n/, '')],
  ['noise', () => 'nothing that SIP knows\r\n\r\n'],
  ['a keep-alive', () => '\r\n\r\n'],
])('of a stranger, %s is neither answered nor sent on', async (_, text) => {
  const stranger = await openStranger();
  expect(await heardAfter(stranger, text(stranger))).toEqual(CHALLENGED);
  expect(victim.summary()).toBe('nothing');
});

/** How often a counter's lines have been counted, all labels together. */
async function counted(name: string): Promise<number> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

test('a trunk is heard a moment after it was made, and no more once it is disabled', async () => {
  const id = await floor.addTrunk({ port: Number(trunk.hostPort.split(':')[1]) });
  await floor.db.query('update trunk set host = $2 where id = $1', [id, TRUNK]);
  const ask = (): void => {
    trunk.send(requestText(trunk, 'OPTIONS'), server());
  };
  const answers = (): Promise<number> => {
    ask();
    return Promise.resolve(trunk.count(({ status }) => status === 200));
  };
  await eventually(answers, (count) => count > 0, 'an answer to OPTIONS', 5_000);
  const before = await counted('santun_sip_dropped_total');
  await floor.db.query('update trunk set enabled = false where id = $1', [id]);
  const drops = (): Promise<number> => {
    ask();
    return counted('santun_sip_dropped_total');
  };
  await eventually(drops, (count) => count > before, 'OPTIONS dropped', 5_000);
});

test('a scanner is banned: not even its REGISTER is answered', async () => {
  const [scanner, other] = [await openStranger(), await openStranger()];
  const before = await counted('santun_sip_bans_total');
  for (let probe = 0; probe < 10; probe++) scanner.send(requestText(scanner, 'OPTIONS'), server());
  scanner.send(requestText(scanner, 'REGISTER'), server());
  expect(await heardAfter(other, requestText(other, 'OPTIONS'))).toEqual(CHALLENGED);
  expect(scanner.summary()).toBe('nothing');
  expect(await counted('santun_sip_bans_total')).toBe(before + 1);
});

test('a connection of a stranger gets a challenge for its REGISTER, and its end for all else', async () => {
  const tcp = cleanups.add(await TcpSipPeer.open());
  const ws = cleanups.add(await WsSipPeer.open(server('ws')));
  for (const peer of [tcp, ws]) {
    expect(await heardAfter(peer, '\r\n\r\n')).toEqual(CHALLENGED);
    peer.send(requestText(peer, 'OPTIONS'), server(peer.transport));
  }
  await Promise.all([tcp.closed(server('tcp')), ws.closed()]);
  expect([...tcp.seen, ...ws.seen]).toHaveLength(2);
});

test('a softphone that has registered is heard on its connection', async () => {
  const softphone = await floor.openSoftphone(await floor.addAgent());
  expect(await softphone.register()).toBe(200);
  softphone.peer.send(requestText(softphone.peer, 'OPTIONS'));
  await softphone.peer.response(200, 'OPTIONS');
});
