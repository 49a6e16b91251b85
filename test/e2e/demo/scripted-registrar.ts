import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { SipPeer } from '../../support/sip-peer/sip-peer';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * A SIP server on a WebSocket that says what the test tells it to: the softphone is tried without
 * the product's own signalling. Messages to the softphone go down its newest socket.
 */
export class ScriptedRegistrar extends SipPeer {
  readonly #sockets: WebSocket[] = [];

  private constructor(private readonly server: WebSocketServer) {
    super('ws');
    server.on('connection', (socket, request) => {
      this.#sockets.push(socket);
      const from = { address: '127.0.0.1', port: request.socket.remotePort ?? 0 };
      socket.on('message', (data: Buffer) => {
        this.received(data.toString('utf8'), from, (text) => {
          socket.send(text);
        });
      });
    });
  }

  static async open(): Promise<ScriptedRegistrar> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new ScriptedRegistrar(server);
  }

  get hostPort(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `ws://${this.hostPort}`;
  }

  get connections(): number {
    return this.#sockets.length;
  }

  send(text: string): void {
    this.#sockets.at(-1)?.send(text);
  }

  /** Cuts the newest socket. */
  cut(): void {
    this.#sockets.at(-1)?.terminate();
  }

  /**
   * Challenges the nth pair of REGISTERs, checks the digest (RFC 2617) and accepts or refuses.
   * @returns the REGISTER that carried credentials.
   */
  async register(password: string, nth = 1): Promise<RawSipMessage> {
    const isPlain = (m: RawSipMessage): boolean => m.method === 'REGISTER' && !hasCredentials(m);
    const first = await this.waitFor(isPlain, { nth });
    const nonce = randomBytes(8).toString('hex');
    const challenge = `WWW-Authenticate: Digest realm="santun", nonce="${nonce}", algorithm=MD5, qop="auth"`;
    first.reply(response(first.message, '401 Unauthorized', [challenge]));
    const signed = await this.waitFor((m) => m.method === 'REGISTER' && hasCredentials(m), { nth });
    const { message } = signed;
    const right = digestOf(message, password) === field(message, 'response');
    const contact = `Contact: ${message.header('contact')};expires=120`;
    signed.reply(response(message, right ? '200 OK' : '403 Forbidden', right ? [contact] : []));
    return message;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

/** An answer with the request's Via, From, To, Call-ID and CSeq. */
export function response(request: RawSipMessage, status: string, headers: string[] = []): string {
  const tagged =
    request.tag('to') === '' ? `${request.header('to')};tag=server` : request.header('to');
  return [
    `SIP/2.0 ${status}`,
    ...request.allOf('via').map((via) => `Via: ${via}`),
    `From: ${request.header('from')}`,
    `To: ${tagged}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.header('cseq')}`,
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function hasCredentials(message: RawSipMessage): boolean {
  return message.header('authorization') !== '';
}

function field(message: RawSipMessage, name: string): string {
  const found = new RegExp(`\\b${name}="?([^",]+)"?`).exec(message.header('authorization'));
  return found?.[1] ?? '';
}

function digestOf(message: RawSipMessage, password: string): string {
  const ha1 = md5(`${field(message, 'username')}:santun:${password}`);
  const ha2 = md5(`REGISTER:${field(message, 'uri')}`);
  const middle = [field(message, 'nonce'), field(message, 'nc'), field(message, 'cnonce'), 'auth'];
  return md5([ha1, ...middle, ha2].join(':'));
}
