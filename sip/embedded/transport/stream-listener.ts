import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { isIP } from 'node:net';

import { advertisedHost, plainAddress } from './advertised-host';
import { CONNECTION_LIMITS } from './listener';
import type { Listener, ListenerAddress, ListenerContext } from './listener';
import { StreamFlow } from './stream-flow';
import { checkPeerIdentity, tlsFailure, type TlsIdentity } from './tls-identity';

/**
 * A TCP or TLS port and every connection made from or to it; a peer with a connection gets no second
 * one, except over TLS one for each name that it must have proved.
 */
export class StreamListener implements Listener {
  private readonly flows = new Map<string, StreamFlow>();
  /** Those that are still shaking hands belong to no flow yet. */
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly transport: 'tcp' | 'tls',
    private readonly server: Server,
    readonly host: string,
    readonly port: number,
    private readonly context: ListenerContext,
  ) {
    const { log, sink, strangerMs } = context;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on(transport === 'tls' ? 'secureConnection' : 'connection', (socket: Socket) => {
      if (socket.remoteAddress === undefined || socket.remotePort === undefined) socket.destroy();
      else {
        const flow = this.adopt(socket, plainAddress(socket.remoteAddress), socket.remotePort);
        flow.closeUnlessKnown(sink, strangerMs);
      }
    });
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      log('debug', 'no TLS with a peer', { peer: socket.remoteAddress, error: error.message });
    });
    server.on('error', (error) => {
      log('warn', `${transport.toUpperCase()} listener error`, { error: error.message });
    });
  }

  static async open(
    { transport, host, port: wanted }: ListenerAddress,
    context: ListenerContext,
  ): Promise<StreamListener> {
    const isTls = transport === 'tls';
    const server = isTls ? tlsServer(context.tls) : createServer();
    server.maxConnections = CONNECTION_LIMITS.connections;
    server.listen(wanted, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new StreamListener(isTls ? 'tls' : 'tcp', server, host, port, context);
  }

  flowTo(address: string, port: number, name: string): StreamFlow | undefined {
    const existing = this.standing(address, port, name);
    if (existing?.isOpen) return existing;
    if (this.flows.size >= CONNECTION_LIMITS.connections) return undefined;
    return this.transport === 'tls' ? this.dialTls(address, port, name) : this.dial(address, port);
  }

  /**
   * Over TLS a connection that the peer made shows nothing of who it is: it serves for a softphone,
   * which is reached by address, and never for a name.
   */
  private standing(address: string, port: number, name: string): StreamFlow | undefined {
    const accepted = this.flows.get(keyOf(address, port, ''));
    if (this.transport === 'tcp') return accepted;
    return this.flows.get(keyOf(address, port, name)) ?? (name === address ? accepted : undefined);
  }

  private dial(address: string, port: number): StreamFlow {
    const socket = connect({ host: address, port });
    limitUntil(socket, 'connect');
    return this.adopt(socket, address, port);
  }

  private dialTls(address: string, port: number, name: string): StreamFlow {
    const socket = connectTls({
      ...this.context.tls?.context,
      ...{ host: address, port },
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity: (_host, certificate) => checkPeerIdentity(name, certificate),
    });
    limitUntil(socket, 'secureConnect');
    const flow = this.adopt(socket, address, port, name);
    flow.holdUntil('secureConnect');
    socket.on('error', (error: NodeJS.ErrnoException) => {
      flow.failure ??= tlsFailure(name, error);
      this.context.log('warn', 'no TLS connection', { host: name, reason: flow.failure });
    });
    return flow;
  }

  private adopt(socket: Socket, address: string, port: number, name = ''): StreamFlow {
    const { transport, context } = this;
    const local = { host: advertisedHost(this.host, address), port: this.port };
    const flow = new StreamFlow(socket, { transport, address, port, local }, context);
    const key = keyOf(address, port, name);
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
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

const keyOf = (address: string, port: number, name: string): string => `${address}/${port}/${name}`;

/** @throws Error without a certificate */
function tlsServer(identity: TlsIdentity | undefined): Server {
  if (identity === undefined) throw new Error('TLS needs a certificate');
  const server = createTlsServer({
    ...identity.context,
    handshakeTimeout: CONNECTION_LIMITS.connectMs,
  });
  identity.serve(server);
  return server;
}

/** A connection that does not come to stand in time ends. */
function limitUntil(socket: Socket, event: 'connect' | 'secureConnect'): void {
  const late = setTimeout(() => {
    socket.destroy(new Error(`no answer in ${CONNECTION_LIMITS.connectMs} ms`));
  }, CONNECTION_LIMITS.connectMs);
  for (const end of [event, 'close'] as const)
    socket.once(end, () => {
      clearTimeout(late);
    });
}
