import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { EmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import { startEmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import type { SrfApp } from './support/srf-app';
import { SECRET, connectApp } from './support/srf-app';

const host = '127.0.0.1';
const LISTENERS = [
  { transport: 'udp', host, port: 0 },
  { transport: 'tcp', host, port: 0 },
  { transport: 'ws', host, port: 0 },
] as const;

let server: EmbeddedSignalling;
let app: SrfApp;
const faults: string[] = [];
const open: { close(): void }[] = [];

beforeAll(async () => {
  server = await startEmbeddedSignalling({
    admin: { host, port: 0, secret: SECRET },
    listeners: LISTENERS,
    log: (level, message) => {
      if (level === 'error') faults.push(message);
    },
  });
  app = await connectApp(server.adminPort);
  app.use('options', (req, res) => {
    res.send(200, { body: req.body, headers: { 'Content-Type': 'text/plain' } });
  });
});

afterEach(() => {
  for (const one of open.splice(0)) one.close();
  expect(faults).toEqual([]);
});

afterAll(async () => {
  app.disconnect();
  await server.close();
});

function portOf(transport: string): number {
  const contact = server.contacts.find((uri) => uri.endsWith(`transport=${transport}`));
  return Number(/:(\d+);/.exec(contact ?? '')?.[1]);
}

let lastCall = 0;
function options(transport: string, body = ''): string {
  const id = ++lastCall;
  return [
    'OPTIONS sip:probe@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:5099;branch=z9hG4bKprobe${id};rport`,
    'Max-Forwards: 70',
    'From: <sip:probe@127.0.0.1>;tag=probe',
    'To: <sip:probe@127.0.0.1>',
    `Call-ID: probe-${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** The server still answers: what every test of bad input ends with. */
async function expectAlive(): Promise<void> {
  const peer = await udpPeer();
  peer.send(options('udp'));
  expect(await peer.next()).toMatch(/^SIP\/2.0 200/);
}

async function udpPeer(): Promise<{ send(data: string | Buffer): void; next(): Promise<string> }> {
  const socket: UdpSocket = createSocket('udp4');
  open.push(socket);
  socket.bind(0, host);
  await once(socket, 'listening');
  return {
    send: (data) => {
      socket.send(data, portOf('udp'), host);
    },
    next: async () => {
      const [data] = (await once(socket, 'message', limit())) as [Buffer];
      return data.toString();
    },
  };
}

function limit(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(5_000) };
}

async function tcpPeer(port = portOf('tcp')): Promise<Socket> {
  const socket = connect({ host, port });
  open.push({ close: () => socket.destroy() });
  socket.on('error', () => undefined);
  await once(socket, 'connect', limit());
  return socket;
}

/** Reads until `pattern` is there. */
async function read(socket: Socket, pattern: RegExp): Promise<string> {
  let text = '';
  while (!pattern.test(text)) {
    const [chunk] = (await once(socket, 'data', limit())) as [Buffer];
    text += chunk.toString();
  }
  return text;
}

describe('UDP', () => {
  test('a datagram of 40 KB comes and goes whole', async () => {
    const peer = await udpPeer();
    const body = 'é'.repeat(20_000);
    peer.send(options('udp', body));
    expect((await peer.next()).endsWith(body)).toBe(true);
  });

  test('a keep-alive is answered, garbage is not, and harms nothing', async () => {
    const peer = await udpPeer();
    for (const octets of [0, 1, 100, 9_000]) peer.send(Buffer.alloc(octets, 0xff));
    peer.send('SIP/2.0 200 OK\r\n\r\n');
    peer.send('INVITE sip:a@b SIP/2.0\r\nVia: \r\n\r\n');
    peer.send('\r\n\r\n');
    expect(await peer.next()).toBe('\r\n');
    await expectAlive();
  });

  test('a request that is not valid is told so', async () => {
    const peer = await udpPeer();
    peer.send(options('udp').replace('CSeq: 1', 'CSeq: x'));
    expect(await peer.next()).toMatch(/^SIP\/2.0 400 Bad CSeq/);
  });
});

describe('TCP', () => {
  test('messages run together or cut apart are answered on the same connection', async () => {
    const socket = await tcpPeer();
    const [one, two] = [options('tcp', 'one'), options('tcp', 'two')];
    socket.write(`\r\n${one}${two.slice(0, 60)}`);
    await read(socket, /one$/);
    socket.write(two.slice(60));
    await read(socket, /two$/);
  });

  test('a ping of two CRLFs gets one back (RFC 5626)', async () => {
    const socket = await tcpPeer();
    socket.write('\r\n\r\n');
    expect(await read(socket, /\n/)).toBe('\r\n');
  });

  test.each([
    ['without Content-Length', options('tcp').replace(/Content-Length.*\r\n/, '')],
    ['that claims a terabyte', options('tcp').replace('Length: 0', 'Length: 1099511627776')],
    ['of endless headers', 'A'.repeat(50_000)],
  ])('a stream %s is closed, others go on', async (_name, text) => {
    const [good, bad] = [await tcpPeer(), await tcpPeer()];
    bad.write(text);
    await once(bad, 'close', limit());
    good.write(options('tcp'));
    await read(good, /^SIP\/2.0 200/);
  });
});

describe('WebSocket (RFC 7118)', () => {
  const url = (): string => `ws://${host}:${portOf('ws')}`;

  async function wsPeer(): Promise<WebSocket> {
    const socket = new WebSocket(url(), 'sip');
    open.push({
      close: () => {
        socket.terminate();
      },
    });
    await once(socket, 'open', limit());
    return socket;
  }

  async function next(socket: WebSocket): Promise<string> {
    const [data] = (await once(socket, 'message', limit())) as [Buffer];
    return data.toString();
  }

  test('one message a frame, with or without Content-Length', async () => {
    const socket = await wsPeer();
    expect(socket.protocol).toBe('sip');
    socket.send(options('ws', 'body').replace(/Content-Length.*\r\n/, ''));
    expect(await next(socket)).toMatch(/^SIP\/2.0 200[^]*body$/);
  });

  test('a keep-alive frame is answered', async () => {
    const socket = await wsPeer();
    socket.send('\r\n\r\n');
    expect(await next(socket)).toBe('\r\n');
  });

  test.each([[[]], [['chat']], [['chat', 'sips']]])(
    'subprotocols %j are refused',
    async (offered) => {
      const socket = new WebSocket(url(), offered);
      const [error] = (await once(socket, 'error', limit())) as [Error];
      expect(error.message).toContain('400');
    },
  );

  test('a frame above the limit closes that connection only', async () => {
    const [good, bad] = [await wsPeer(), await wsPeer()];
    bad.on('error', () => undefined);
    bad.send('x'.repeat(70_000));
    const [code] = (await once(bad, 'close', limit())) as [number];
    expect(code).toBe(1009);
    good.send(options('ws'));
    expect(await next(good)).toMatch(/^SIP\/2.0 200/);
  });

  test('a frame header that claims a terabyte closes the connection before a byte of it is kept', async () => {
    const socket = await tcpPeer(portOf('ws'));
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Protocol: sip\r\n\r\n',
    );
    await read(socket, /^HTTP\/1.1 101[^]*\r\n\r\n/);
    socket.write(Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]));
    socket.resume();
    await once(socket, 'close', limit());
    await expectAlive();
  });
});

describe('the admin port', () => {
  const frame = (text: string): string => `${Buffer.byteLength(text)}#${text}`;

  test('a wrong secret is refused and the connection ends', async () => {
    await expect(connectApp(server.adminPort, 'wrong')).rejects.toThrow('failed to authenticate');
  });

  test('nothing is done before authentication', async () => {
    const socket = await tcpPeer(server.adminPort);
    socket.write(frame('1|route|options'));
    expect(await read(socket, /secret$/)).toMatch(/\|response\|1\|NO\|incorrect secret$/);
    await once(socket, 'close', limit());
  });

  test('ping is answered, an unknown type ends the connection', async () => {
    const socket = await tcpPeer(server.adminPort);
    socket.write(frame(`1|authenticate|${SECRET}|`) + frame('2|ping'));
    await read(socket, /\|response\|1\|OK\|udp[^]*\|response\|2\|OK\|pong$/);
    socket.write(frame('3|nonsense'));
    expect(await read(socket, /type$/)).toMatch(/\|response\|3\|NO\|Unknown message type$/);
    await once(socket, 'close', limit());
  });

  test('a stream that is no frame ends the connection', async () => {
    const socket = await tcpPeer(server.adminPort);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close', limit());
    await expectAlive();
  });
});

describe('starting and stopping', () => {
  test('a port in use is an error, and what was opened before it is closed again', async () => {
    const taken = portOf('tcp');
    const first = createSocket('udp4');
    first.bind(0, host);
    await once(first, 'listening');
    const { port } = first.address();
    await new Promise<void>((resolve) => first.close(resolve));
    const attempt = startEmbeddedSignalling({
      admin: { host, port: 0, secret: SECRET },
      listeners: [
        { transport: 'udp', host, port },
        { transport: 'tcp', host, port: taken },
      ],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const again = createSocket('udp4');
    again.bind(port, host);
    await once(again, 'listening', limit());
    await new Promise<void>((resolve) => again.close(resolve));
  });

  test('close ends applications, connections and ports', async () => {
    const own = await startEmbeddedSignalling({
      admin: { host, port: 0, secret: SECRET },
      listeners: LISTENERS,
    });
    const ports = own.contacts.map((uri) => Number(/:(\d+);/.exec(uri)?.[1]));
    const socket = await tcpPeer(ports[1]);
    const admin = await tcpPeer(own.adminPort);
    const ended = Promise.all([once(socket, 'close', limit()), once(admin, 'close', limit())]);
    socket.resume();
    admin.resume();
    await own.close();
    await ended;
    const refused = connect({ host, port: ports[1]! });
    const [error] = (await once(refused, 'error', limit())) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
