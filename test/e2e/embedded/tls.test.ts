import { once } from 'node:events';
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { TlsMaterial } from '../../../sip/embedded/transport/tls-identity';
import {
  startEmbeddedSignalling,
  type EmbeddedSignalling,
} from '../../../sip/embedded/start-embedded-signalling';
import type { Flow } from '../../../sip/embedded/transport/flow';
import { Cleanups } from '../../support/cleanups';
import { TestCertificates, type CertificateFiles } from '../../support/test-certificates';
import { connectApp, SECRET, type AppMessage, type SrfApp } from './support/srf-app';

const host = '127.0.0.1';
const TRANSPORTS = ['tcp', 'tls', 'ws', 'wss'] as const;
const STRANGER_MS = 300;

const cleanups = new Cleanups();
let authority: TestCertificates;
let own: CertificateFiles;
let server: EmbeddedSignalling;
let app: SrfApp;
const STRANGER = '127.0.0.3';
const isKnown = (flow: Flow): boolean => flow.remoteAddress !== STRANGER;
const seen: AppMessage[] = [];

const material = ({ certificate, key }: CertificateFiles): TlsMaterial => ({
  ...{ certificate, key, trusted: authority.root },
});
const closing = (close: () => unknown): void => {
  cleanups.add({ close: () => Promise.resolve(close()) });
};
const limit = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(5_000) });

beforeAll(async () => {
  authority = cleanups.add(await TestCertificates.open());
  own = await authority.issue(['DNS:sip.example']);
  server = cleanups.add(
    await startEmbeddedSignalling({
      admin: { host, port: 0, secret: SECRET },
      listeners: TRANSPORTS.map((transport) => ({ transport, host, port: 0 })),
      tls: material(own),
      screen: { knows: isKnown, admits: () => true, registerAnswered: () => undefined },
      strangerMs: STRANGER_MS,
    }),
  );
  app = await connectApp(server.adminPort);
  closing(() => {
    app.disconnect();
  });
  app.use('options', (req, res) => {
    seen.push(req);
    res.send(200);
  });
});
afterAll(() => cleanups.run());

/** The listeners are told in the order in which they were asked for. */
const portOf = (transport: (typeof TRANSPORTS)[number]): number =>
  Number(/:(\d+);/.exec(server.contacts[TRANSPORTS.indexOf(transport)] ?? '')?.[1]);

let lastCall = 0;
const options = (via: string): string =>
  [
    'OPTIONS sip:probe@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${via} 127.0.0.1:5099;branch=z9hG4bKtls${++lastCall};rport`,
    ...['Max-Forwards: 70', 'From: <sip:p@127.0.0.1>;tag=p', 'To: <sip:p@127.0.0.1>'],
    ...[`Call-ID: tls-${lastCall}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''],
  ].join('\r\n');

async function tlsPeer(): Promise<TLSSocket> {
  const socket = connect({
    ...{ host, port: portOf('tls'), servername: 'sip.example', ca: authority.root },
  });
  closing(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect', limit());
  return socket;
}

const answer = async (socket: Socket | WebSocket, event: 'data' | 'message'): Promise<string> => {
  const [data] = (await once(socket, event, limit())) as [Buffer];
  return data.toString();
};

test('over TLS and over a WebSocket with TLS a request is answered, and told to the application', async () => {
  const [phone, browser] = [
    await tlsPeer(),
    new WebSocket(`wss://${host}:${portOf('wss')}`, 'sip', {
      ...{ ca: authority.root, servername: 'sip.example' },
    }),
  ];
  closing(() => {
    browser.terminate();
  });
  await once(browser, 'open', limit());
  phone.write(options('TLS'));
  expect(await answer(phone, 'data')).toMatch(/^SIP\/2.0 200/);
  browser.send(options('WSS'));
  expect(await answer(browser, 'message')).toMatch(/^SIP\/2.0 200/);
  expect(seen.slice(-2).map(({ protocol }) => protocol)).toEqual(['tls', 'tls']);
  expect(server.contacts.map((uri) => uri.split('=')[1])).toEqual(['tcp', 'tls', 'ws', 'ws']);
});

test('a renewed certificate is shown from the next handshake on; what stands goes on', async () => {
  const before = await tlsPeer();
  const renewed = await authority.issue(['DNS:sip.example']);
  server.renewTls(material(renewed));
  const after = await tlsPeer();
  expect(after.getPeerCertificate().serialNumber).not.toBe(
    before.getPeerCertificate().serialNumber,
  );
  before.write(options('TLS'));
  expect(await answer(before, 'data')).toMatch(/^SIP\/2.0 200/);
});

/** A carrier's listener: it answers every OPTIONS, and keeps what it was told. */
async function carrier(shown: CertificateFiles): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const sockets: TLSSocket[] = [];
  const pair = { cert: shown.certificate, key: shown.key };
  const listener = createServer(pair, (socket: TLSSocket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      const text = data.toString();
      heard.push(text);
      const echoed = text.split('\r\n').filter((line) => /^(?:via|from|call-id|cseq):/i.test(line));
      const to = `${/^To:.*$/m.exec(text)?.[0].trim() ?? ''};tag=carrier`;
      socket.write(['SIP/2.0 200 OK', ...echoed, to, 'Content-Length: 0', '', ''].join('\r\n'));
    });
  });
  listener.listen(0, host);
  await once(listener, 'listening');
  cleanups.add({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  });
  return { port: (listener.address() as AddressInfo).port, heard };
}

const ask = async (name: string, port: number): Promise<AppMessage> => {
  const request = await app.request(`sip:${name}:${port};transport=tls`, { method: 'OPTIONS' });
  const [response] = (await once(request as never, 'response', limit())) as [AppMessage];
  return response;
};

test('a carrier is asked over TLS when its certificate names the host, over one connection', async () => {
  const byName = await carrier(await authority.issue(['DNS:sbc.example', 'DNS:localhost']));
  const byUri = await carrier(await authority.issue(['URI:sip:localhost']));
  const byAddress = await carrier(await authority.issue(['IP:127.0.0.1']));
  const byCommonName = await carrier(await authority.issue([], 2, 'localhost'));
  for (const { port } of [byName, byUri, byCommonName])
    expect((await ask('localhost', port)).status).toBe(200);
  expect((await ask(host, byAddress.port)).status).toBe(200);
  expect((await ask(host, byAddress.port)).status).toBe(200);
  expect(byAddress.heard).toHaveLength(2);
  expect(byName.heard[0]).toMatch(/^Via: SIP\/2\.0\/TLS 127\.0\.0\.1:\d+/m);
  expect(byName.heard[0]).toMatch(/^From: <sip:127\.0\.0\.1:\d+;transport=tls>/m);
});

test.each<[string, () => Promise<CertificateFiles>, string]>([
  [
    'is for another host',
    () => authority.issue(['DNS:other.example']),
    'it is for DNS:other.example',
  ],
  ['has a wildcard alone', () => authority.issue(['DNS:*.localhost', 'DNS:*']), 'it is for DNS:*'],
  [
    'names us beside its SAN',
    () => authority.issue(['DNS:a.example'], 2, 'localhost'),
    'it is for',
  ],
  ['has expired', () => authority.issue(['DNS:localhost'], -1), 'it has expired'],
  [
    'is of a root that nobody knows',
    async () => {
      const other = cleanups.add(await TestCertificates.open());
      return other.issue(['DNS:localhost']);
    },
    'its issuer is not trusted here',
  ],
])('a carrier whose certificate %s is told nothing, and why is told', async (_, issue, why) => {
  const { port, heard } = await carrier(await issue());
  const response = await ask('localhost', port);
  expect(response.status).toBe(503);
  expect(response.get('warning')).toContain('the certificate of localhost does not fit: ');
  expect(response.get('warning')).toContain(why);
  expect(heard).toEqual([]);
});

test('who says nothing and is not known is cut off; a trunk that is silent is not', async () => {
  const open = async (localAddress: string): Promise<Socket> => {
    const socket = connectTcp({ host, port: portOf('tcp'), localAddress });
    closing(() => socket.destroy());
    await once(socket, 'connect', limit());
    socket.resume();
    return socket;
  };
  const trunk = await open('127.0.0.2');
  const stranger = await open(STRANGER);
  const url = `ws://${host}:${portOf('ws')}`;
  const browser = new WebSocket(url, 'sip', { localAddress: STRANGER });
  await Promise.all([once(stranger, 'close', limit()), once(browser, 'close', limit())]);
  trunk.write(options('TCP'));
  expect(await answer(trunk, 'data')).toMatch(/^SIP\/2.0 200/);
});
