import SrfPackage from 'drachtio-srf';

/**
 * The part of drachtio-srf 5.0 that we use, as it behaves; the bundled types are thin or wrong.
 * Nothing outside this folder sees these shapes.
 */
export interface RawMessage {
  readonly method: string;
  readonly uri: string;
  readonly body?: string;
  readonly status: number;
  readonly reason?: string;
  readonly source_address?: string;
  readonly source_port?: number;
  readonly protocol?: string;
  readonly stackDialogId?: string;
  /** Of a response: what it answers, as it went out. */
  readonly req?: RawMessage;
  get(name: string): string | undefined;
  has(name: string): boolean;
}

export interface RawRequest extends RawMessage {
  /** The connection to the signalling server that carries it. */
  socket?: unknown;
  on(event: 'response', listener: (res: RawMessage) => void): void;
  on(event: 'cancel', listener: () => void): void;
  cancel(callback: (error: unknown) => void): void;
}

export interface RawResponse {
  readonly finalResponseSent: boolean;
  send(
    status: number,
    reason?: string,
    opts?: { headers?: Record<string, string>; body?: string },
    callback?: (error: unknown) => void,
  ): void;
}

export interface RawDialog {
  readonly id: string;
  readonly sip: { readonly callId: string };
  readonly local: { readonly contact?: string; readonly sdp?: string };
  readonly remote: { readonly sdp?: string };
  readonly req: RawRequest;
  /** Of a dialog that we began: its 200. */
  readonly res: RawMessage;
  connected: boolean;
  on(event: 'modify' | 'update', listener: (req: RawMessage, res: RawResponse) => void): void;
  on(event: 'destroy', listener: (req: RawMessage) => void): void;
  removeAllListeners(): void;
  request(
    opts: { method: string; headers: Record<string, string>; body?: string },
    callback: (error: unknown, res?: RawMessage) => void,
  ): void;
}

export interface RawSrf {
  connect(opts: {
    host: string;
    port: number;
    secret: string;
    enablePing: boolean;
    pingInterval: number;
  }): void;
  disconnect(): void;
  removeDialog(dialog: RawDialog): void;
  on(
    event: 'connect',
    listener: (error: Error | null, hostports?: string, version?: string) => void,
  ): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'close' | 'reconnecting', listener: () => void): void;
  use(method: string, handler: (req: RawRequest, res: RawResponse) => void): void;
  createUAS(
    req: RawRequest,
    res: RawResponse,
    opts: { localSdp: string; headers?: Record<string, string> },
    callback: (error: unknown, dialog?: RawDialog) => void,
  ): void;
  createUAC(
    uri: string,
    opts: {
      headers: Record<string, string>;
      localSdp: string;
      proxy?: string;
    },
    progress: {
      cbRequest: (error: unknown, req?: RawRequest) => void;
      cbProvisional: (res: RawMessage) => void;
    },
    callback: (error: unknown, dialog?: RawDialog) => void,
  ): void;
  request(
    uri: string,
    opts: { method: string; headers: Record<string, string>; proxy?: string },
    callback: (error: unknown, req?: RawRequest) => void,
  ): void;
}

export function createSrf(): RawSrf {
  return new SrfPackage() as unknown as RawSrf;
}
