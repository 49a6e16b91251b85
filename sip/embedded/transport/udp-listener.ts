import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';

import type { Log } from '../log';
import { advertisedHost } from './advertised-host';
import type { Flow } from './flow';
import type { Listener, ListenerAddress, ListenerContext } from './listener';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const NEVER_CLOSES = (): void => undefined;

class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly reliable = false;
  readonly localHost: string;

  constructor(
    private readonly listener: UdpListener,
    readonly remoteAddress: string,
    readonly remotePort: number,
  ) {
    this.localHost = advertisedHost(listener.host, remoteAddress);
  }

  get localPort(): number {
    return this.listener.port;
  }

  get isOpen(): boolean {
    return !this.listener.isClosed;
  }

  send(text: string): boolean {
    return this.listener.send(text, this.remotePort, this.remoteAddress);
  }

  onClosed(): () => void {
    return NEVER_CLOSES;
  }

  destroy(): void {
    // a datagram leaves nothing behind
  }
}

/** A UDP port: each datagram is one message; answers leave from the port they came to. */
export class UdpListener implements Listener {
  readonly transport = 'udp';
  isClosed = false;

  private constructor(
    private readonly socket: Socket,
    readonly host: string,
    readonly port: number,
    private readonly log: Log,
  ) {}

  static async open(
    address: ListenerAddress,
    { sink, log }: ListenerContext,
  ): Promise<UdpListener> {
    const socket = createSocket({ type: isIP(address.host) === 6 ? 'udp6' : 'udp4' });
    socket.bind(address.port, address.host);
    await once(socket, 'listening');
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch {
      log('debug', 'receive buffer stays at its default');
    }
    const listener = new UdpListener(socket, address.host, socket.address().port, log);
    socket.on('message', (data, from) => {
      // Port 0 cannot be answered, and sending to it throws.
      if (from.port !== 0) sink.message(data, new UdpFlow(listener, from.address, from.port));
    });
    socket.on('error', (error) => {
      log('warn', 'UDP socket error', { error: error.message });
    });
    return listener;
  }

  flowTo(address: string, port: number): Flow | undefined {
    const sameFamily = isIP(address) === (isIP(this.host) === 6 ? 6 : 4);
    return sameFamily ? new UdpFlow(this, address, port) : undefined;
  }

  send(text: string, port: number, address: string): boolean {
    if (this.isClosed) return false;
    this.socket.send(text, port, address, (error) => {
      if (error !== null) this.log('debug', 'datagram not sent', { error: error.message });
    });
    return true;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }
}
