import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import type { Log } from '../log';
import { advertisedHost, plainAddress } from './advertised-host';
import { ConnectionFlow } from './connection-flow';
import type { FlowSink } from './flow';
import { CONNECTION_LIMITS } from './listener';
import type { Listener, ListenerAddress } from './listener';
import { SipStreamFramer } from './sip-stream-framer';

/** RFC 5626, 4.4.1. */
const PING = Buffer.from('\r\n\r\n');

class TcpFlow extends ConnectionFlow {
  readonly transport = 'tcp';
  private readonly framer = new SipStreamFramer();
  private midMessageTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Socket,
    peer: { address: string; port: number },
    listener: { host: string; port: number },
    private readonly sink: FlowSink,
    private readonly log: Log,
  ) {
    super(peer.address, peer.port, advertisedHost(listener.host, peer.address), listener.port);
    socket.setNoDelay(true);
    socket.setTimeout(CONNECTION_LIMITS.idleMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('error', (error) => {
      log('debug', 'TCP connection error', { peer: this.remoteAddress, error: error.message });
    });
    socket.on('close', () => {
      clearTimeout(this.midMessageTimer);
      this.markClosed();
    });
  }

  send(text: string): boolean {
    if (!this.isOpen || this.socket.destroyed) return false;
    if (this.socket.writableLength > CONNECTION_LIMITS.unsentBytes) {
      this.log('warn', 'TCP peer does not read, connection closed', { peer: this.remoteAddress });
      this.destroy();
      return false;
    }
    this.socket.write(text);
    return true;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    const frames = this.framer.push(chunk);
    for (const frame of frames) {
      if (frame.kind === 'message') this.sink.message(frame.data, this);
      else if (frame.kind === 'ping') this.sink.message(PING, this);
      else {
        this.log('info', 'TCP stream closed', { peer: this.remoteAddress, reason: frame.reason });
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

/** A TCP port and every connection made from or to it; peers with a connection get no second one. */
export class TcpListener implements Listener {
  readonly transport = 'tcp';
  private readonly flows = new Map<string, TcpFlow>();

  private constructor(
    private readonly server: Server,
    readonly host: string,
    readonly port: number,
    private readonly sink: FlowSink,
    private readonly log: Log,
  ) {
    server.on('connection', (socket) => {
      if (socket.remoteAddress === undefined || socket.remotePort === undefined) socket.destroy();
      else this.adopt(socket, plainAddress(socket.remoteAddress), socket.remotePort);
    });
    server.on('error', (error) => {
      log('warn', 'TCP listener error', { error: error.message });
    });
  }

  static async open(address: ListenerAddress, sink: FlowSink, log: Log): Promise<TcpListener> {
    const server = createServer();
    server.maxConnections = CONNECTION_LIMITS.connections;
    server.listen(address.port, address.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new TcpListener(server, address.host, port, sink, log);
  }

  flowTo(address: string, port: number): TcpFlow | undefined {
    const existing = this.flows.get(`${address}/${port}`);
    if (existing?.isOpen) return existing;
    if (this.flows.size >= CONNECTION_LIMITS.connections) return undefined;
    const socket = connect({ host: address, port });
    const late = setTimeout(() => socket.destroy(), CONNECTION_LIMITS.connectMs);
    socket.once('connect', () => {
      clearTimeout(late);
    });
    socket.once('close', () => {
      clearTimeout(late);
    });
    return this.adopt(socket, address, port);
  }

  private adopt(socket: Socket, address: string, port: number): TcpFlow {
    const flow = new TcpFlow(socket, { address, port }, this, this.sink, this.log);
    const key = `${address}/${port}`;
    this.flows.set(key, flow);
    flow.onClosed(() => {
      if (this.flows.get(key) === flow) this.flows.delete(key);
    });
    return flow;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const flow of [...this.flows.values()]) flow.destroy();
    await closed;
  }
}
