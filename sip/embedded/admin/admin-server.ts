import { once } from 'node:events';
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import type { Log } from '../log';
import type { AdminFrame } from './admin-frame';
import { parseAdminFrame, replyFrame } from './admin-frame';
import type { App } from './app-router';
import { FrameReader } from './frame-reader';

const CONNECTION_LIMIT = 100;
const AUTHENTICATE_WITHIN_MS = 5_000;
/** An application that has stopped reading is cut off before it exhausts our memory. */
const UNSENT_LIMIT_BYTES = 64 * 1024 * 1024;

/** What the server answers to an authenticated application, and whom it tells. */
export interface AdminHandler {
  /** `udp/127.0.0.1:5060,...`, sent after `authenticate`. */
  hostPorts(): readonly string[];
  frame(app: App, frame: AdminFrame): void;
  left(app: App): void;
}

/**
 * Announced to applications. drachtio-srf reads it to decide what it may ask for; the ping needs
 * v0.8.2 or later.
 */
const ANNOUNCED_VERSION = 'v0.9.10-santun-embedded';

class AdminConnection implements App {
  private readonly reader = new FrameReader();
  private isAuthenticated = false;
  private isCorked = false;
  isOpen = true;

  constructor(
    private readonly socket: Socket,
    private readonly secretHash: Buffer,
    private readonly handler: AdminHandler,
    private readonly log: Log,
  ) {
    socket.setNoDelay(true);
    const late = setTimeout(() => {
      if (!this.isAuthenticated) socket.destroy();
    }, AUTHENTICATE_WITHIN_MS).unref();
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('error', (error) => {
      log('debug', 'application connection error', { error: error.message });
    });
    socket.on('close', () => {
      clearTimeout(late);
      this.isOpen = false;
      handler.left(this);
    });
  }

  send(frame: string): void {
    if (!this.isOpen || this.socket.destroyed) return;
    if (this.socket.writableLength > UNSENT_LIMIT_BYTES) {
      this.log('error', 'application does not read, disconnected');
      this.socket.destroy();
      return;
    }
    if (!this.isCorked) {
      // Frames of one turn of the event loop leave in one write.
      this.isCorked = true;
      this.socket.cork();
      setImmediate(() => {
        this.isCorked = false;
        this.socket.uncork();
      });
    }
    this.socket.write(`${Buffer.byteLength(frame)}#${frame}`);
  }

  private receive(chunk: Buffer): void {
    const frames = this.reader.push(chunk);
    if (frames === undefined) {
      this.log('warn', 'application sent no valid frame, disconnected');
      this.socket.destroy();
      return;
    }
    for (const text of frames) {
      const frame = parseAdminFrame(text);
      if (typeof frame === 'string')
        this.send(replyFrame(text.split('|', 1)[0] ?? '', 'NOK', frame));
      else if (this.isAuthenticated) this.handler.frame(this, frame);
      else this.authenticate(frame);
      if (this.socket.destroyed) return;
    }
  }

  /** Refuses one frame and ends the connection, as the real server does. */
  close(requestId: string, reason: string): void {
    this.send(replyFrame(requestId, 'NO', reason));
    setImmediate(() => this.socket.end());
  }

  private authenticate(frame: AdminFrame): void {
    const [secret = ''] = frame.fields;
    const given = createHash('sha256').update(secret).digest();
    if (frame.type !== 'authenticate' || !timingSafeEqual(given, this.secretHash)) {
      this.log('warn', 'application not authenticated', { peer: this.socket.remoteAddress });
      this.close(frame.id, 'incorrect secret');
      return;
    }
    this.isAuthenticated = true;
    const hostPorts = this.handler.hostPorts().join(',');
    this.send(replyFrame(frame.id, 'OK', hostPorts, ANNOUNCED_VERSION, hostPorts));
  }
}

/** The port applications connect to. */
export class AdminServer {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    readonly port: number,
  ) {}

  static async open(
    options: { host: string; port: number; secret: string },
    handler: AdminHandler,
    log: Log,
  ): Promise<AdminServer> {
    const server = createServer();
    const sockets = new Set<Socket>();
    const secretHash = createHash('sha256').update(options.secret).digest();
    server.maxConnections = CONNECTION_LIMIT;
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      new AdminConnection(socket, secretHash, handler, log);
    });
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return new AdminServer(server, sockets, (server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
