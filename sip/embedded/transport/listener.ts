import type { Log } from '../log';
import type { Flow, FlowSink, Transport } from './flow';
import type { TlsIdentity } from './tls-identity';

export interface ListenerAddress {
  readonly transport: Transport;
  /** IP literal; `0.0.0.0` or `::` for every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Listener {
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  /**
   * A flow to that peer, existing or new; undefined when this listener cannot reach it.
   *
   * @param name whom the peer must be by its certificate, over TLS
   */
  flowTo(address: string, port: number, name: string): Flow | undefined;
  close(): Promise<void>;
}

/** What every listener is opened with. */
export interface ListenerContext {
  readonly sink: FlowSink;
  readonly log: Log;
  /** Without it there are neither `tls` nor `wss`. */
  readonly tls: TlsIdentity | undefined;
  /** {@link CONNECTION_LIMITS}`.strangerMs`, shorter in tests. */
  readonly strangerMs: number;
}

/** Connections are bounded in number and in the time they may stay silent. */
export const CONNECTION_LIMITS = {
  connections: 2_000,
  /** A message once begun is complete by then. */
  midMessageMs: 15_000,
  /** Of a TCP connection and of a TLS handshake. */
  connectMs: 5_000,
  /** Whoever connects is known by then, as a trunk or by having registered, or is cut off. */
  strangerMs: 30_000,
  /** Registered softphones send a keep-alive or a REGISTER well within this. */
  idleMs: 1_800_000,
  /** A peer that does not read is cut off when this much waits for it. */
  unsentBytes: 1_048_576,
} as const;
