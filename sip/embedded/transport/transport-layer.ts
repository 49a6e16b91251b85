import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { formatHostPort } from '../message/sip-uri';
import { advertisedHost } from './advertised-host';
import { uriTransport, type Flow, type Transport } from './flow';
import type { Listener, ListenerAddress, ListenerContext } from './listener';
import type { Network, NextHop } from './network';
import { StreamListener } from './stream-listener';
import { UdpListener } from './udp-listener';
import { WsListener } from './ws-listener';

const LISTENER = {
  udp: UdpListener,
  tcp: StreamListener,
  tls: StreamListener,
  ws: WsListener,
  wss: WsListener,
};

/** Every listener of the server. */
export class TransportLayer implements Network {
  private constructor(private readonly listeners: readonly Listener[]) {}

  static async open(
    addresses: readonly ListenerAddress[],
    context: ListenerContext,
  ): Promise<TransportLayer> {
    const listeners: Listener[] = [];
    try {
      for (const address of addresses) {
        listeners.push(await LISTENER[address.transport].open(address, context));
      }
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw error;
    }
    return new TransportLayer(listeners);
  }

  get hostPorts(): string[] {
    return this.listeners.map(
      ({ transport, host, port }) => `${transport}/${formatHostPort(host, port)}`,
    );
  }

  /** `sip:127.0.0.1:5060;transport=udp` for each listener. */
  get contacts(): string[] {
    return this.listeners.map(({ transport, host, port }) => {
      const reachable = advertisedHost(host, host);
      return `sip:${formatHostPort(reachable, port)};transport=${uriTransport(transport)}`;
    });
  }

  supports(transport: Transport): boolean {
    return this.listeners.some((one) => uriTransport(one.transport) === uriTransport(transport));
  }

  isOwn(hop: NextHop): boolean {
    return this.listeners.some((listener) => {
      const host = advertisedHost(listener.host, hop.host);
      const sameHost = hop.host === host || (hop.host === 'localhost' && host === '127.0.0.1');
      return serves(listener, hop) && listener.port === hop.port && sameHost;
    });
  }

  flowTo(hop: NextHop): Flow | undefined {
    for (const listener of this.listeners) {
      if (!serves(listener, hop)) continue;
      const flow = listener.flowTo(hop.host, hop.port, hop.name ?? hop.host);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  async resolve(hop: NextHop): Promise<NextHop> {
    if (isIP(hop.host) !== 0) return hop;
    const { address } = await lookup(hop.host, { family: hop.host === 'localhost' ? 4 : 0 });
    return { ...hop, host: address, name: hop.host };
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }
}

const serves = (listener: Listener, hop: NextHop): boolean =>
  uriTransport(listener.transport) === hop.transport;
