import type { SipUri } from '../message/sip-uri';
import type { Flow, Transport } from './flow';

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

/** How the stack reaches the network: real sockets (TransportLayer), or memory in tests. */
export interface Network {
  /** `udp/127.0.0.1:5060` for each listener: what an app is told after it has authenticated. */
  readonly hostPorts: string[];
  supports(transport: Transport): boolean;
  /** True for the address of one of the listeners: a request sent there would come back. */
  isOwn(hop: NextHop): boolean;
  /** A flow to an IP literal, at once; undefined when no listener can reach it. */
  flowTo(hop: NextHop): Flow | undefined;
  /** Resolves a host name through the system's resolver. Rejects when the name is unknown. */
  resolve(hop: NextHop): Promise<NextHop>;
}
