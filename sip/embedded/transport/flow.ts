export type Transport = 'udp' | 'tcp' | 'ws';

/**
 * One way to one peer: an address seen from a UDP listener, or one TCP or WebSocket connection. What
 * arrives on a flow is answered on it.
 */
export interface Flow {
  readonly transport: Transport;
  /** TCP and WebSocket: the transport retransmits, SIP does not. */
  readonly reliable: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** What this peer may be told to send to: the listener's address and port. */
  readonly localHost: string;
  readonly localPort: number;
  readonly isOpen: boolean;
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
}
