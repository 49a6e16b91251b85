import type { SipUri } from '../message/sip-uri';
import type { Flow, Transport, uriTransport } from './flow';

/** Where a request goes next: read from a Route, a Contact or a Request-URI. */
export interface NextHop {
  /** As URIs say it. */
  readonly transport: ReturnType<typeof uriTransport>;
  readonly host: string;
  readonly port: number;
  /** The host before it was resolved: over TLS the peer must have a certificate for it. */
  readonly name?: string;
}

const DEFAULT_PORT: Record<NextHop['transport'], number> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
};

/**
 * RFC 3263 without DNS records: the transport parameter, else UDP; the port, else that of the
 * transport. A `sips:` URI is TLS, whether its parameter says so or `tcp` (RFC 3261, 26.2.2).
 */
export function nextHopOf(uri: SipUri): NextHop | undefined {
  const transport = transportOf(uri);
  if (transport === undefined) return undefined;
  return { transport, host: uri.host, port: uri.port ?? DEFAULT_PORT[transport] };
}

function transportOf(uri: SipUri): NextHop['transport'] | undefined {
  const named = uri.params.get('transport')?.toLowerCase();
  if (uri.scheme === 'sips')
    return named === undefined || named === 'tcp' || named === 'tls' ? 'tls' : undefined;
  if (uri.scheme !== 'sip') return undefined;
  if (named === undefined) return 'udp';
  return Object.hasOwn(DEFAULT_PORT, named) ? (named as NextHop['transport']) : undefined;
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
