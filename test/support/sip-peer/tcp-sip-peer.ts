import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { SipPeer } from './sip-peer';
import { StreamSplitter } from './stream-splitter';
import { splitHostPort } from './udp-sip-peer';

/** PEM of a certificate of its own, and its key. */
export interface PeerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * A TCP endpoint, or one over TLS, which checks nobody's certificate: it listens on a free loopback port for connections of the server under test, and
 * opens one connection of its own when it first sends to a target.
 */
export class TcpSipPeer extends SipPeer {
  private readonly sockets = new Map<string, Socket>();
  private readonly accepted = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    private readonly secure: PeerCertificate | null,
  ) {
    super(secure === null ? 'tcp' : 'tls');
    listener.on(secure === null ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.accepted.add(socket);
      this.listen(socket);
    });
  }

  static async open(
    host = '127.0.0.1',
    secure: PeerCertificate | null = null,
  ): Promise<TcpSipPeer> {
    const listener =
      secure === null
        ? createServer()
        : createTlsServer({ cert: secure.certificate, key: secure.key });
    listener.listen(0, host);
    await once(listener, 'listening');
    return new TcpSipPeer(listener, secure);
  }

  get hostPort(): string {
    const { address, port } = this.listener.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** Connections the server under test has opened towards this peer. */
  get acceptedCount(): number {
    return this.accepted.size;
  }

  send(text: string | Buffer, target?: string): void {
    if (target === undefined) throw new Error('a TCP peer needs a target');
    this.socketTo(target).write(text);
  }

  /** The own end of the connection to `target`, opened if need be: what a client behind TCP registers. */
  async localHostPort(target: string): Promise<string> {
    const socket = this.socketTo(target);
    if (socket.connecting) await once(socket, 'connect');
    return `${socket.localAddress ?? ''}:${socket.localPort ?? 0}`;
  }

  /** Resolves when the connection to `target` has been closed by either side. */
  async closed(target: string): Promise<void> {
    const socket = this.sockets.get(target);
    if (socket === undefined || socket.destroyed) return;
    // not events.once: a reset connection raises 'error' first, and that is a way of closing too
    await new Promise<void>((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
  }

  /** Closes the own connection to `target`, as a client that loses its network would. */
  async hangUp(target: string): Promise<void> {
    const socket = this.sockets.get(target);
    if (socket === undefined) return;
    this.sockets.delete(target);
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
  }

  async close(): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    for (const socket of [...this.sockets.values(), ...this.accepted]) socket.destroy();
    await closed;
  }

  private socketTo(target: string): Socket {
    const open = this.sockets.get(target);
    if (open && !open.destroyed) return open;
    const { host, port } = splitHostPort(target);
    const socket =
      this.secure === null
        ? connect(port, host)
        : connectTls({ port, host, rejectUnauthorized: false });
    this.sockets.set(target, socket);
    this.listen(socket);
    return socket;
  }

  private listen(socket: Socket): void {
    const splitter = new StreamSplitter();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      const from = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
      for (const text of splitter.push(chunk)) {
        this.received(text, from, (answer) => socket.write(answer));
      }
    });
  }
}
