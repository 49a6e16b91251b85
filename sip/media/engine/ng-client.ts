import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { decodeNg, encodeNg, type NgDictionary } from './bencode';

/** What an engine answered; `unanswered`: nothing came within the limit, what it did is not known. */
export type NgReply =
  | { readonly kind: 'ok'; readonly reply: NgDictionary }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unanswered' };

/** Sent again after these times, ms: on a local network a datagram is lost, or comes at once. */
const RETRY_AFTER_MS = [200, 400];
const DEADLINE_MS = 1_000;

/**
 * rtpengine's ng protocol over UDP: `<cookie> <bencoded dictionary>`, answered under the same cookie.
 * A command that is sent again carries its cookie again, and the engine gives the answer it gave: it
 * keeps them for ten seconds, so nothing is done twice.
 */
export class NgClient {
  private readonly socket: Socket;
  private readonly waiting = new Map<string, (reply: NgReply) => void>();
  private readonly prefix = randomBytes(6).toString('hex');
  private count = 0;
  private closed = false;

  constructor(private readonly address: { readonly host: string; readonly port: number }) {
    this.socket = createSocket({ type: isIPv6(address.host) ? 'udp6' : 'udp4' });
    this.socket.on('message', (bytes) => {
      this.receive(bytes);
    });
    // an engine that is away is told of by what stays unanswered
    this.socket.on('error', () => undefined);
    this.socket.unref();
  }

  /** Sends one command. Never rejects. */
  send(command: NgDictionary, deadlineMs = DEADLINE_MS): Promise<NgReply> {
    if (this.closed) return Promise.resolve({ kind: 'unanswered' });
    this.count += 1;
    const cookie = `${this.prefix}_${this.count}`;
    const message = Buffer.concat([Buffer.from(`${cookie} `), encodeNg(command)]);
    return new Promise<NgReply>((resolve) => {
      const timers = [
        setTimeout(() => {
          settle({ kind: 'unanswered' });
        }, deadlineMs),
        ...RETRY_AFTER_MS.filter((ms) => ms < deadlineMs).map((ms) =>
          setTimeout(() => {
            this.transmit(message);
          }, ms),
        ),
      ];
      const settle = (reply: NgReply): void => {
        timers.forEach(clearTimeout);
        this.waiting.delete(cookie);
        resolve(reply);
      };
      this.waiting.set(cookie, settle);
      this.transmit(message);
    });
  }

  private transmit(message: Buffer): void {
    if (this.closed) return;
    this.socket.send(message, this.address.port, this.address.host, () => undefined);
  }

  private receive(bytes: Buffer): void {
    const space = bytes.indexOf(0x20);
    const settle = this.waiting.get(bytes.toString('latin1', 0, Math.max(space, 0)));
    if (settle === undefined) return;
    try {
      const reply = decodeNg(bytes.subarray(space + 1));
      const { result } = reply;
      if (result === 'ok' || result === 'pong') settle({ kind: 'ok', reply });
      else settle({ kind: 'refused', reason: reasonOf(reply) });
    } catch {
      // cut short or not rtpengine: as good as no answer
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const settle of [...this.waiting.values()]) settle({ kind: 'unanswered' });
    this.socket.close();
  }
}

function reasonOf(reply: NgDictionary): string {
  const reason = reply['error-reason'] ?? reply.message ?? reply.result;
  return typeof reason === 'string' ? reason : 'no reason given';
}
