export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/**
 * The transport as a URI says it: `ws` for WebSockets with TLS too (RFC 7118, 5), so that nobody can
 * tell by a URI which of the two a softphone has.
 */
export function uriTransport(transport: Transport): Exclude<Transport, 'wss'> {
  return transport === 'wss' ? 'ws' : transport;
}

/**
 * One way to one peer: an address seen from a UDP listener, or one TCP, TLS or WebSocket connection.
 * What arrives on a flow is answered on it.
 */
export interface Flow {
  readonly transport: Transport;
  /** All but UDP: the transport retransmits, SIP does not. */
  readonly reliable: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** What this peer may be told to send to: the listener's address and port. */
  readonly localHost: string;
  readonly localPort: number;
  readonly isOpen: boolean;
  /** Why the connection did not come to stand, for people; undefined: nothing is known. */
  readonly failure?: string | undefined;
  /** Queues one message. False when it certainly will not arrive. */
  send(text: string): boolean;
  /** Calls `listener` once when the connection is gone; never for UDP. @returns how to unsubscribe. */
  onClosed(listener: () => void): () => void;
  /** Ends the connection without a word; nothing for UDP. */
  destroy(): void;
}

/** What the transports hand up. */
export interface FlowSink {
  message(data: Buffer, flow: Flow): void;
  /** Whether this peer may stay connected without saying anything. */
  knows(flow: Flow): boolean;
}
