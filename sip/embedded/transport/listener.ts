import type { Flow, Transport } from './flow';

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
  /** A flow to that peer, existing or new; undefined when this listener cannot reach it. */
  flowTo(address: string, port: number): Flow | undefined;
  close(): Promise<void>;
}

/** Connections are bounded in number and in the time they may stay silent. */
export const CONNECTION_LIMITS = {
  connections: 2_000,
  /** A message once begun is complete by then. */
  midMessageMs: 15_000,
  connectMs: 5_000,
  /** Registered softphones send a keep-alive or a REGISTER well within this. */
  idleMs: 1_800_000,
  /** A peer that does not read is cut off when this much waits for it. */
  unsentBytes: 1_048_576,
} as const;
