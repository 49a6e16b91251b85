import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SipPeer } from './sip-peer';

export interface WsSipPeerOptions {
  /** Subprotocols to offer; RFC 7118 section 4.1 asks for exactly "sip". */
  subprotocols?: string[];
}

/** A SIP-over-WebSocket client (RFC 7118): reachable through its own socket and nowhere else. */
export class WsSipPeer extends SipPeer {
  /** RFC 7118 section 5.1: a browser does not know its address, so it makes up a name. */
  readonly hostPort = `${randomBytes(6).toString('hex')}.invalid`;

  private constructor(private readonly socket: WebSocket) {
    super('ws');
    socket.on('message', (data: Buffer) => {
      this.received(data.toString('utf8'), { address: '', port: 0 }, (text) => {
        socket.send(text);
      });
    });
    socket.on('error', () => {
      socket.terminate();
    });
  }

  /** Connects to `hostPort`; rejects when the server refuses the handshake. */
  static async open(hostPort: string, options: WsSipPeerOptions = {}): Promise<WsSipPeer> {
    const socket = new WebSocket(`ws://${hostPort}/`, options.subprotocols ?? ['sip'], {
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    return new WsSipPeer(socket);
  }

  send(text: string | Buffer): void {
    this.socket.send(text, { binary: Buffer.isBuffer(text) });
  }

  /** Resolves when the socket has been closed by either side. */
  async closed(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) =>
      this.socket.once('close', () => {
        resolve();
      }),
    );
  }

  /** Drops the connection without a closing handshake, as a lost network would. */
  async drop(): Promise<void> {
    const closed = this.closed();
    this.socket.terminate();
    await closed;
  }

  async close(): Promise<void> {
    await this.drop();
  }
}
