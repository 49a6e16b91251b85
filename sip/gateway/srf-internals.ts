import type { RawSrf } from './srf-types';

interface Internals {
  readonly _app?: {
    readonly client?: {
      _getDefaultSocket?: () => unknown;
      readonly wp?: {
        closing?: boolean;
        socket?: { destroy(): void };
        reconnectVars?: { retryTimer?: NodeJS.Timeout | null };
      };
    };
  };
}

/** The connection that new requests use; drachtio-srf shows it only on requests sent. */
export function currentSocket(srf: RawSrf): unknown {
  try {
    return (srf as unknown as Internals)._app?.client?._getDefaultSocket?.();
  } catch {
    // asserts when there is no connection
    return undefined;
  }
}

/** Ends the connection for good. `disconnect()` alone throws, and goes on trying, while it is down. */
export function disconnect(srf: RawSrf): void {
  if (currentSocket(srf) !== undefined) {
    srf.disconnect();
    return;
  }
  const wire = (srf as unknown as Internals)._app?.client?.wp;
  if (wire === undefined) return;
  wire.closing = true;
  if (wire.reconnectVars?.retryTimer) clearTimeout(wire.reconnectVars.retryTimer);
  wire.socket?.destroy();
}
