import type { Socket } from 'node:net';

import { ConnectionFlow } from './connection-flow';
import { CONNECTION_LIMITS } from './listener';
import type { ListenerContext } from './listener';
import { SipStreamFramer } from './sip-stream-framer';

/** RFC 5626, 4.4.1. */
const PING = Buffer.from('\r\n\r\n');

/** One TCP or TLS connection. */
export class StreamFlow extends ConnectionFlow {
  private readonly framer = new SipStreamFramer();
  private midMessageTimer: NodeJS.Timeout | undefined;
  /** What waits until the peer has shown who it is; null: it goes out at once. */
  private held: string[] | null = null;

  constructor(
    private readonly socket: Socket,
    at: {
      readonly transport: 'tcp' | 'tls';
      readonly address: string;
      readonly port: number;
      readonly local: { readonly host: string; readonly port: number };
    },
    private readonly context: Pick<ListenerContext, 'sink' | 'log'>,
  ) {
    super(at.transport, at.address, at.port, at.local.host, at.local.port);
    socket.setNoDelay(true);
    socket.setTimeout(CONNECTION_LIMITS.idleMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('error', (error) => {
      context.log('debug', 'connection error', {
        peer: this.remoteAddress,
        error: error.message,
      });
    });
    socket.on('close', () => {
      clearTimeout(this.midMessageTimer);
      this.markClosed();
    });
  }

  /**
   * Keeps back what is sent before that event of the socket. Danger: Node hands a TLS socket's
   * waiting octets to the peer as soon as the handshake is done, before the certificate is judged.
   */
  holdUntil(event: 'secureConnect'): void {
    this.held = [];
    this.socket.once(event, () => {
      const held = this.held ?? [];
      this.held = null;
      for (const text of held) this.socket.write(text);
    });
  }

  send(text: string): boolean {
    if (!this.isOpen || this.socket.destroyed) return false;
    if (this.socket.writableLength + this.heldLength > CONNECTION_LIMITS.unsentBytes) {
      this.context.log('warn', 'peer does not read, connection closed', {
        peer: this.remoteAddress,
      });
      this.destroy();
      return false;
    }
    if (this.held === null) this.socket.write(text);
    else this.held.push(text);
    return true;
  }

  private get heldLength(): number {
    return this.held?.reduce((sum, text) => sum + text.length, 0) ?? 0;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    const { log, sink } = this.context;
    const frames = this.framer.push(chunk);
    for (const frame of frames) {
      if (frame.kind === 'message') sink.message(frame.data, this);
      else if (frame.kind === 'ping') sink.message(PING, this);
      else {
        log('info', 'stream closed', { peer: this.remoteAddress, reason: frame.reason });
        this.destroy();
        return;
      }
    }
    // Measured from the first octet of the message: a trickle of single octets does not extend it.
    if (frames.length > 0 || !this.framer.isMidMessage) {
      clearTimeout(this.midMessageTimer);
      this.midMessageTimer = undefined;
    }
    if (this.framer.isMidMessage) {
      this.midMessageTimer ??= setTimeout(() => {
        this.destroy();
      }, CONNECTION_LIMITS.midMessageMs).unref();
    }
  }
}
