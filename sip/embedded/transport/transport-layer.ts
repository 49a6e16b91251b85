import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import type { Log } from '../log';
import { formatHostPort } from '../message/sip-uri';
import type { SipUri } from '../message/sip-uri';
import { advertisedHost } from './advertised-host';
import type { Flow, FlowSink, Transport } from './flow';
import type { Listener, ListenerAddress } from './listener';
import { TcpListener } from './tcp-listener';
import { UdpListener } from './udp-listener';
import { WsListener } from './ws-listener';

/** Where a request goes next: read from a Route, a Contact or a Request-URI. */
export interface NextHop {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
}

/** RFC 3263 without DNS records: the transport parameter, else UDP; the port, else 5060. */
export function nextHopOf(uri: SipUri): NextHop | undefined {
  const transport = (uri.params.get('transport') ?? 'udp').toLowerCase();
  // sips: and transport=tls need TLS, which this server has none of.
  if (uri.scheme !== 'sip') return undefined;
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'ws') return undefined;
  return { transport, host: uri.host, port: uri.port ?? (transport === 'ws' ? 80 : 5060) };
}

/** Every listener of the server. */
export class TransportLayer {
  private constructor(private readonly listeners: readonly Listener[]) {}

  static async open(
    addresses: readonly ListenerAddress[],
    sink: FlowSink,
    log: Log,
  ): Promise<TransportLayer> {
    const listeners: Listener[] = [];
    try {
      for (const address of addresses) {
        const kind = { udp: UdpListener, tcp: TcpListener, ws: WsListener }[address.transport];
        listeners.push(await kind.open(address, sink, log));
      }
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()));
      throw error;
    }
    return new TransportLayer(listeners);
  }

  /** `udp/127.0.0.1:5060` for each listener: what an app is told after it has authenticated. */
  get hostPorts(): string[] {
    return this.listeners.map(
      ({ transport, host, port }) => `${transport}/${formatHostPort(host, port)}`,
    );
  }

  /** `sip:127.0.0.1:5060;transport=udp` for each listener. */
  get contacts(): string[] {
    return this.listeners.map(({ transport, host, port }) => {
      const reachable = advertisedHost(host, host);
      return `sip:${formatHostPort(reachable, port)};transport=${transport}`;
    });
  }

  supports(transport: Transport): boolean {
    return this.listeners.some((listener) => listener.transport === transport);
  }

  /** True for the address of one of the listeners: a request sent there would come back. */
  isOwn(hop: NextHop): boolean {
    return this.listeners.some((listener) => {
      const host = advertisedHost(listener.host, hop.host);
      const sameHost = hop.host === host || (hop.host === 'localhost' && host === '127.0.0.1');
      return listener.transport === hop.transport && listener.port === hop.port && sameHost;
    });
  }

  /** A flow to an IP literal, at once; undefined when no listener can reach it. */
  flowTo(hop: NextHop): Flow | undefined {
    for (const listener of this.listeners) {
      if (listener.transport !== hop.transport) continue;
      const flow = listener.flowTo(hop.host, hop.port);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  /** Resolves a host name through the system's resolver. Rejects when the name is unknown. */
  async resolve(hop: NextHop): Promise<NextHop> {
    if (isIP(hop.host) !== 0) return hop;
    const { address } = await lookup(hop.host, { family: hop.host === 'localhost' ? 4 : 0 });
    return { ...hop, host: address };
  }

  async close(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }
}
