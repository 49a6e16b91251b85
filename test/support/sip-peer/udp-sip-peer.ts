import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SipPeer } from './sip-peer';

/** A UDP endpoint on a free loopback port. */
export class UdpSipPeer extends SipPeer {
  private constructor(private readonly socket: Socket) {
    super('udp');
    socket.on('message', (data, from) => {
      this.received(data.toString('utf8'), from, (text) => {
        socket.send(text, from.port, from.address);
      });
    });
  }

  static async open(host = '127.0.0.1'): Promise<UdpSipPeer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, host);
    await once(socket, 'listening');
    return new UdpSipPeer(socket);
  }

  get hostPort(): string {
    const { address, port } = this.socket.address();
    return `${address}:${port}`;
  }

  send(text: string | Buffer, target?: string): void {
    if (target === undefined) throw new Error('a UDP peer needs a target');
    const { host, port } = splitHostPort(target);
    this.socket.send(text, port, host);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }
}

export function splitHostPort(hostPort: string): { host: string; port: number } {
  const colon = hostPort.lastIndexOf(':');
  return { host: hostPort.slice(0, colon), port: Number(hostPort.slice(colon + 1)) };
}
