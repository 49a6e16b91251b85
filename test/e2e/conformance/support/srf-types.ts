/**
 * drachtio-srf as the suite uses it. The bundled types are wrong in places (`connect`, `cbRequest`,
 * `destroy`) and thin in others, so the parts that are called are written down here.
 */
export interface AppMessage {
  body: string;
  source_address: string;
  source_port: number;
  protocol: string;
  get(name: string): string | undefined;
  has(name: string): boolean;
}

export interface AppRequest extends AppMessage {
  method: string;
  uri: string;
  receivedOn?: string;
  cancel(): void;
  on(event: 'cancel', listener: (cancel: AppMessage) => void): this;
  on(event: 'response', listener: (response: AppResponse, ack: () => void) => void): this;
}

export interface AppResponse extends AppMessage {
  status: number;
  reason: string;
  send(status: number, options?: SendOptions, callback?: SendCallback): void;
  send(status: number, reason: string, options?: SendOptions, callback?: SendCallback): void;
}

export interface SendOptions {
  headers?: Record<string, string>;
  body?: string;
}
export type SendCallback = (error: unknown, sent?: AppMessage) => void;

export interface AppDialog {
  id: string;
  sip: { callId: string; localTag: string; remoteTag: string };
  local: { uri: string; sdp: string };
  remote: { uri: string; sdp: string };
  modify(sdp: string): Promise<string>;
  request(options: {
    method: string;
    headers?: Record<string, string>;
    body?: string;
  }): Promise<AppResponse>;
  destroy(): Promise<AppRequest>;
  on(event: 'destroy', listener: (bye: AppRequest, reason?: string) => void): this;
  on(event: 'ack', listener: (ack: AppRequest) => void): this;
  on(event: 'modify' | 'info', listener: (req: AppRequest, res: AppResponse) => void): this;
}

export interface UacOptions {
  localSdp?: string;
  headers?: Record<string, string>;
  auth?: { username: string; password: string };
  proxy?: string;
  callingNumber?: string;
  noAck?: boolean;
}

export interface UacProgress {
  cbRequest?: (error: unknown, request: AppRequest) => void;
  cbProvisional?: (response: AppResponse) => void;
}

/** What `createUAC` resolves to with `noAck` and no offer: the app acknowledges with its answer. */
export interface UnacknowledgedCall {
  sdp: string;
  ack(localSdp: string): Promise<AppDialog>;
}

export type AppMiddleware = (req: AppRequest, res: AppResponse, next: () => void) => void;

export interface AppSrf {
  connect(options: { host: string; port: number; secret: string }): unknown;
  disconnect(): void;
  use(method: string, middleware: AppMiddleware): void;
  createUAS(
    req: AppRequest,
    res: AppResponse,
    options: { localSdp: string; headers?: Record<string, string> },
  ): Promise<AppDialog>;
  createUAC(uri: string, options: UacOptions & { noAck: true }): Promise<UnacknowledgedCall>;
  createUAC(uri: string, options: UacOptions, progress?: UacProgress): Promise<AppDialog>;
  createB2BUA(
    req: AppRequest,
    res: AppResponse,
    uri: string,
    options: Record<string, unknown>,
  ): Promise<{ uas: AppDialog; uac: AppDialog }>;
  request(uri: string, options: SendOptions & { method: string }): Promise<AppRequest>;
  on(
    event: 'connect',
    listener: (error: Error | null, hostPort: string, version?: string, local?: string) => void,
  ): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: () => void): this;
}

/** How drachtio-srf rejects when the far end refuses a call. */
export interface SipRefusal extends Error {
  status: number;
  reason?: string;
  res?: AppResponse;
}
