import { AdminServer } from './admin/admin-server';
import { AppFrames } from './core/app-frames';
import { createCore } from './core/create-core';
import type { Log } from './log';
import { systemScheduler } from './transaction/scheduler';
import { DEFAULT_TIMERS } from './transaction/sip-timers';
import type { SipTimers } from './transaction/sip-timers';
import { OPEN_SCREEN, type Screen } from './transaction/screen';
import { DEFAULT_TRANSACTION_LIMITS, TransactionLayer } from './transaction/transaction-layer';
import { CONNECTION_LIMITS, type ListenerAddress } from './transport/listener';
import { TlsIdentity, type TlsMaterial } from './transport/tls-identity';
import { TransportLayer } from './transport/transport-layer';

export interface EmbeddedSignallingOptions {
  /** Where applications (drachtio-srf) connect; port 0 for any free one. */
  readonly admin: { readonly host: string; readonly port: number; readonly secret: string };
  readonly listeners: readonly ListenerAddress[];
  /** For listeners of `tls` and `wss`, and for connections that we make over TLS. */
  readonly tls?: TlsMaterial;
  readonly log?: Log;
  /** T1, T2, T4 in milliseconds; RFC 3261's values when absent. */
  readonly timers?: Partial<SipTimers>;
  /** Who is heard; everybody when absent. */
  readonly screen?: Screen;
  /** How long a connection of somebody unknown may stand, ms. */
  readonly strangerMs?: number;
}

export interface EmbeddedSignalling {
  readonly adminPort: number;
  /** One URI a listener, as `sip:127.0.0.1:5060;transport=udp`. */
  readonly contacts: readonly string[];
  /** Uses a renewed certificate from the next handshake on. @throws when it is no pair */
  renewTls(material: TlsMaterial): void;
  close(): Promise<void>;
}

/**
 * Starts a SIP signalling server in this process that speaks drachtio's application protocol, so that
 * drachtio-srf works against it as against drachtio-server. For one machine: no clustering, no
 * proxying, no DNS records (ARCHITECTURE.md).
 *
 * It parses and runs transactions itself. sip.js was measured for it: 1.4 ms to parse one INVITE, no
 * retransmission on UDP (timers A, E and G are marked as missing), no `tel:`, no Contact lists.
 *
 * @throws when a port cannot be bound; nothing is left open then
 */
export async function startEmbeddedSignalling(
  options: EmbeddedSignallingOptions,
): Promise<EmbeddedSignalling> {
  const log: Log = options.log ?? (() => undefined);
  const env = { scheduler: systemScheduler, timers: { ...DEFAULT_TIMERS, ...options.timers } };
  const { screen = OPEN_SCREEN } = options;
  const transactions = new TransactionLayer(env, log, DEFAULT_TRANSACTION_LIMITS, screen);
  const tls = options.tls === undefined ? undefined : new TlsIdentity(options.tls);
  const { strangerMs = CONNECTION_LIMITS.strangerMs } = options;
  const context = { sink: transactions, log, tls, strangerMs };
  const transport = await TransportLayer.open(options.listeners, context);
  const core = createCore(env, log, transactions, transport, screen);
  let admin: AdminServer;
  try {
    admin = await AdminServer.open(options.admin, new AppFrames(core), log);
  } catch (error) {
    await transport.close();
    throw error;
  }
  return {
    adminPort: admin.port,
    contacts: transport.contacts,
    renewTls: (material) => tls?.renew(material),
    async close() {
      await admin.close();
      transactions.close();
      for (const dialog of core.dialogs) dialog.incomingInvite?.stopRetransmitting();
      core.bindings.clear();
      await transport.close();
    },
  };
}
