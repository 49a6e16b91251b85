import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import type { Log } from '../log';
import { MESSAGE_LIMITS } from '../message/message-limits';
import { advertisedHost, plainAddress } from './advertised-host';
import { ConnectionFlow } from './connection-flow';
import type { Flow } from './flow';
import { CONNECTION_LIMITS } from './listener';
import type { Listener, ListenerAddress, ListenerContext } from './listener';
import type { TlsIdentity } from './tls-identity';

const PING_INTERVAL_MS = 30_000;

class WsFlow extends ConnectionFlow {
  private answered = true;
  private readonly log: Log;

  constructor(
    private readonly socket: WebSocket,
    peer: { address: string; port: number },
    { transport, host, port }: WsListener,
    { sink, log }: ListenerContext,
  ) {
    super(transport, peer.address, peer.port, advertisedHost(host, peer.address), port);
    this.log = log;
    socket.on('message', (data: Buffer) => {
      this.answered = true;
      sink.message(data, this);
    });
    socket.on('pong', () => {
      this.answered = true;
    });
    socket.on('error', (error) => {
      log('info', 'WebSocket closed', { peer: this.remoteAddress, reason: error.message });
    });
    socket.on('close', () => {
      this.markClosed();
    });
  }

  /** Drops a peer that answered nothing since the last ping: its calls must not hang on it. */
  ping(): void {
    if (!this.answered) this.destroy();
    else {
      this.answered = false;
      this.socket.ping();
    }
  }

  send(text: string): boolean {
    if (!this.isOpen || this.socket.readyState !== this.socket.OPEN) return false;
    if (this.socket.bufferedAmount > CONNECTION_LIMITS.unsentBytes) {
      this.log('warn', 'WebSocket peer does not read, closed', { peer: this.remoteAddress });
      this.destroy();
      return false;
    }
    this.socket.send(text);
    return true;
  }

  destroy(): void {
    this.socket.terminate();
    this.markClosed();
  }
}

function offersSip(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((one) => one.trim() === 'sip');
}

/**
 * SIP over WebSocket (RFC 7118), with TLS or without: subprotocol `sip` only, one message a frame,
 * frames bounded.
 */
export class WsListener implements Listener {
  private readonly flows = new Set<WsFlow>();
  private readonly pinger: NodeJS.Timeout;

  private constructor(
    readonly transport: 'ws' | 'wss',
    private readonly http: Server,
    private readonly wss: WebSocketServer,
    readonly host: string,
    readonly port: number,
    context: ListenerContext,
  ) {
    wss.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      const { remoteAddress, remotePort } = request.socket;
      if (remoteAddress === undefined || remotePort === undefined) {
        socket.terminate();
        return;
      }
      const peer = { address: plainAddress(remoteAddress), port: remotePort };
      const flow = new WsFlow(socket, peer, this, context);
      this.flows.add(flow);
      flow.onClosed(() => this.flows.delete(flow));
      flow.closeUnlessKnown(context.sink, context.strangerMs);
    });
    this.pinger = setInterval(() => {
      for (const flow of this.flows) flow.ping();
    }, PING_INTERVAL_MS).unref();
  }

  static async open(address: ListenerAddress, context: ListenerContext): Promise<WsListener> {
    const transport = address.transport === 'wss' ? 'wss' : 'ws';
    const http = transport === 'wss' ? tlsServer(context.tls) : createServer(sipOnly);
    http.maxConnections = CONNECTION_LIMITS.connections;
    const wss = new WebSocketServer({
      server: http,
      maxPayload: MESSAGE_LIMITS.messageBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
      verifyClient: ({ req }: { req: IncomingMessage }, done: VerifyDone) => {
        if (offersSip(req)) done(true);
        else done(false, 400, 'Subprotocol sip required');
      },
    });
    // ws passes the server's errors on: without a listener a port in use would end the process
    wss.on('error', (error) => {
      context.log('warn', 'WebSocket listener error', { error: error.message });
    });
    // a floor that comes back at once: what does not fit here waits a second for its next SYN
    http.listen(address.port, address.host, CONNECTION_LIMITS.connections);
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    return new WsListener(transport, http, wss, address.host, port, context);
  }

  /** A WebSocket is only ever opened by the softphone. */
  flowTo(address: string, port: number): Flow | undefined {
    for (const flow of this.flows) {
      if (flow.remotePort === port && flow.remoteAddress === address) return flow;
    }
    return undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.pinger);
    const closed = new Promise<void>((resolve) => {
      this.http.close(() => {
        resolve();
      });
    });
    for (const flow of [...this.flows]) flow.destroy();
    this.wss.close();
    this.http.closeAllConnections();
    await closed;
  }
}

const sipOnly = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(426, { 'content-type': 'text/plain' }).end('SIP over WebSocket only\n');
};

/** @throws Error without a certificate */
function tlsServer(identity: TlsIdentity | undefined): Server {
  if (identity === undefined) throw new Error('TLS needs a certificate');
  const server = createTlsServer(
    { ...identity.context, handshakeTimeout: CONNECTION_LIMITS.connectMs },
    sipOnly,
  );
  identity.serve(server);
  return server;
}

type VerifyDone = (accept: boolean, code?: number, message?: string) => void;
