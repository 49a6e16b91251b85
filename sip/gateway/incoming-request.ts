import type { RawRequest, RawResponse } from './srf-types';

export type SoftphoneTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** A request that belongs to none of our dialogs. */
export interface IncomingRequest {
  readonly method: string;
  readonly uri: string;
  readonly transport: SoftphoneTransport;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  /** Header by name, case does not matter; empty when it is missing. */
  header(name: string): string;
  /** Sends a final response; a second one is ignored. Tells when the server has taken it. */
  respond(status: number, headers?: Record<string, string>, reason?: string): Promise<void>;
}

/** Longest wait for the signalling server to take a response, ms. */
const RESPOND_DEADLINE_MS = 2_000;

export function incomingRequest(req: RawRequest, res: RawResponse): IncomingRequest {
  return {
    method: req.method,
    uri: req.uri,
    transport: transportOf(req),
    sourceAddress: req.source_address ?? '',
    sourcePort: req.source_port ?? 5060,
    header: (name) => req.get(name) ?? '',
    respond: (status, headers = {}, reason) =>
      new Promise<void>((resolve) => {
        if (res.finalResponseSent) {
          resolve();
          return;
        }
        const timer = setTimeout(resolve, RESPOND_DEADLINE_MS);
        timer.unref();
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        try {
          res.send(status, reason, { headers: { ...headers } }, done);
        } catch {
          done();
        }
      }),
  };
}

/**
 * What it came in by, as the signalling server says: no sender can make TLS of a datagram. Whether it
 * was a WebSocket only the top Via tells: drachtio-server reports one as plain TCP, and one with TLS
 * as `tls` (RFC 7118, 5.2.1).
 */
function transportOf(req: RawRequest): SoftphoneTransport {
  const via = /^\s*SIP\s*\/\s*2\.0\s*\/\s*(\w+)/i.exec(req.get('via') ?? '')?.[1]?.toUpperCase();
  const isWebSocket = via === 'WS' || via === 'WSS';
  const protocol = req.protocol ?? '';
  if (protocol === 'tls' || protocol === 'wss') return isWebSocket ? 'wss' : 'tls';
  if (protocol === 'tcp' || protocol === 'ws') return isWebSocket ? 'ws' : 'tcp';
  return 'udp';
}
