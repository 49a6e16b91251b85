import { once } from 'node:events';
import Srf from 'drachtio-srf';

/** The part of drachtio-srf these tests use; its own types are wrong or thin. */
export interface AppMessage {
  method: string;
  uri: string;
  body: string;
  status: number;
  protocol: string;
  receivedOn: string;
  source_address: string;
  source_port: number;
  get(name: string): string;
  on(event: 'cancel' | 'response', listener: (message: AppMessage) => void): void;
  cancel(): void;
}

export interface AppResponse {
  send(status: number, options?: { headers?: Record<string, string>; body?: string }): void;
}

export interface AppDialog {
  id: string;
  remote: { uri: string; sdp: string };
  on(event: string, listener: (...args: never[]) => void): void;
  once(event: string, listener: (...args: never[]) => void): void;
  destroy(): Promise<unknown>;
  modify(sdp: string): Promise<string>;
  request(options: {
    method: string;
    headers?: Record<string, string>;
    body?: string;
  }): Promise<AppMessage>;
}

type Handler = (req: AppMessage, res: AppResponse) => void;

export interface SrfApp {
  use(method: string, handler: Handler): void;
  on(event: string, listener: (...args: never[]) => void): void;
  connect(options: { host: string; port: number; secret: string; reconnect: object }): void;
  disconnect(): void;
  createUAS(
    req: AppMessage,
    res: AppResponse,
    options: { localSdp: string; headers?: Record<string, string> },
  ): Promise<AppDialog>;
  createUAC(
    uri: string,
    options: Record<string, unknown>,
    callbacks?: {
      cbRequest?: (error: unknown, req: AppMessage) => void;
      cbProvisional?: (res: AppMessage) => void;
    },
  ): Promise<AppDialog>;
  createB2BUA(
    req: AppMessage,
    res: AppResponse,
    uri: string,
    options?: Record<string, unknown>,
  ): Promise<{ uas: AppDialog; uac: AppDialog }>;
  request(uri: string, options: Record<string, unknown>): Promise<AppMessage>;
}

export const SECRET = 'made-up-secret';

/** An application connected to the server at that admin port. */
export async function connectApp(adminPort: number, secret = SECRET): Promise<SrfApp> {
  const srf = new Srf() as unknown as SrfApp & NodeJS.EventEmitter;
  srf.on('error', () => undefined);
  const connected = once(srf, 'connect', { signal: AbortSignal.timeout(5_000) });
  // Without a limit it would go on reconnecting after a refusal, and after the test.
  srf.connect({ host: '127.0.0.1', port: adminPort, secret, reconnect: { maxAttempts: 1 } });
  const [error] = (await connected) as [Error | null];
  if (error) throw error;
  return srf;
}

/** Resolves with the first argument of the event, within five seconds. */
export async function eventOf(emitter: unknown, event: string): Promise<unknown[]> {
  const signal = AbortSignal.timeout(5_000);
  return (await once(emitter as NodeJS.EventEmitter, event, { signal })) as unknown[];
}

export function sdp(port: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=sendrecv',
    '',
  ].join('\r\n');
}
