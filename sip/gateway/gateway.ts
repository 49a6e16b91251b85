import { OutgoingInvite, type InviteOptions } from './outgoing-invite';
import { incomingCall, type IncomingCall } from './incoming-call';
import { incomingRequest, type IncomingRequest } from './incoming-request';
import { sendRequest } from './outgoing-request';
import { sendRegister, type RegisterEnd, type RegisterOptions } from './register';
import { SipDialog, type DialogSession } from './sip-dialog';
import { currentSocket, disconnect } from './srf-internals';
import { createSrf, type RawDialog, type RawSrf } from './srf-types';

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Longest wait for the first connection, ms. */
  readonly connectTimeoutMs: number;
  /** A request outside of our dialogs, but no INVITE. Exactly one final response is owed. */
  readonly onRequest: (request: IncomingRequest) => void;
  /** Somebody calls. Exactly one final response is owed. */
  readonly onCall: (call: IncomingCall) => void;
  readonly onConnectionChange: (connected: boolean) => void;
}

/** What a server answered to a request outside of a dialog; 0: nothing within the limit. */
export interface ProbeEnd {
  readonly status: number;
  /** What our own signalling server says of a request that it could not send; null: nothing. */
  readonly failure: string | null;
}

const METHODS = [
  'register',
  'options',
  'subscribe',
  'publish',
  'message',
  'refer',
  'info',
  'notify',
];
const PING_INTERVAL_MS = 15_000;

/**
 * The one wrapper round drachtio-srf: typed, with a limit on everything, and aware that the
 * signalling server may go away with all dialogs and come back without them.
 */
export class Gateway {
  private readonly dialogs = new Set<SipDialog>();
  private readonly invites = new Set<OutgoingInvite>();
  private orphans: SipDialog[] = [];
  private connected = false;
  private hostports: readonly string[] = [];
  /** drachtio-server ends an answer that crossed our CANCEL by itself; the embedded one leaves it to us. */
  private hangsUpCrossed = true;
  private closing = false;

  private constructor(
    private readonly srf: RawSrf,
    private readonly options: GatewayOptions,
  ) {}

  /**
   * Connects to the signalling server and waits for its welcome.
   * @throws Error naming host and port when it does not come in time, or the secret is refused.
   */
  static async connect(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(createSrf(), options);
    try {
      await gateway.firstConnection();
    } catch (error) {
      gateway.close();
      throw error;
    }
    return gateway;
  }

  private firstConnection(): Promise<void> {
    const { host, port, secret, connectTimeoutMs } = this.options;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new Error(`signalling server ${host}:${port} did not answer in ${connectTimeoutMs} ms`),
        );
      }, connectTimeoutMs);
      this.srf.on('connect', (error, hostports, version) => {
        if (error) {
          clearTimeout(timer);
          reject(new Error(`signalling server ${host}:${port} refused the secret`));
          return;
        }
        clearTimeout(timer);
        this.hostports = (hostports ?? '').split(',').filter((entry) => entry !== '');
        this.hangsUpCrossed = version?.includes('santun') !== true;
        this.onConnect();
        resolve();
      });
      this.srf.on('error', () => {
        this.onDisconnect();
      });
      this.srf.on('close', () => {
        this.onDisconnect();
      });
      for (const method of METHODS)
        this.srf.use(method, (req, res) => {
          this.options.onRequest(incomingRequest(req, res));
        });
      this.srf.use('invite', (req, res) => {
        this.options.onCall(
          incomingCall(this.srf, req, res, (raw, session) => this.adopt(raw, session)),
        );
      });
      this.srf.connect({ host, port, secret, enablePing: true, pingInterval: PING_INTERVAL_MS });
    });
  }

  /** Where the signalling server listens for SIP: `udp/127.0.0.1:5060`, one a transport. */
  get endpoints(): readonly string[] {
    return this.hostports;
  }

  get isConnected(): boolean {
    return this.connected;
  }

  private onConnect(): void {
    if (this.closing || this.connected) return;
    this.connected = true;
    this.options.onConnectionChange(true);
    this.endOrphans();
  }

  private onDisconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const invite of [...this.invites]) invite.loseSignalling();
    this.orphans.push(...this.dialogs);
    for (const dialog of [...this.dialogs]) dialog.loseSignalling();
    if (!this.closing) this.options.onConnectionChange(false);
  }

  /** Hangs up what a server that outlived the connection still holds. */
  private endOrphans(): void {
    const orphans = this.orphans;
    this.orphans = [];
    if (orphans.length === 0) return;
    const socket = currentSocket(this.srf);
    // lost again: they stay with the server until its own limits end them
    if (socket === undefined) return;
    for (const dialog of orphans) void dialog.hangUpOver(socket);
  }

  /** Sends an INVITE. It settles by itself; see {@link OutgoingInvite}. */
  invite(options: InviteOptions): OutgoingInvite {
    for (const [name, value] of Object.entries(options.headers))
      if (/[\r\n]/.test(value)) throw new Error(`header ${name} contains a line break`);
    const invite = new OutgoingInvite(
      this.srf,
      options,
      (raw, session) => this.adopt(raw, session),
      {
        hangsUpCrossed: this.hangsUpCrossed,
        forget: (done) => this.invites.delete(done),
      },
    );
    this.invites.add(invite);
    if (!this.connected) invite.loseSignalling();
    return invite;
  }

  private adopt(raw: RawDialog, session: DialogSession): SipDialog {
    const forget = (done: SipDialog): boolean => this.dialogs.delete(done);
    const dialog = new SipDialog(this.srf, raw, forget, session);
    this.dialogs.add(dialog);
    return dialog;
  }

  /** Sends OPTIONS (RFC 3261, 11) to see whether somebody is there. Never rejects. */
  async probe(
    target: { uri: string; proxy?: string; headers?: Record<string, string> },
    deadlineMs: number,
  ): Promise<ProbeEnd> {
    const end = await sendRequest(this.srf, { method: 'OPTIONS', ...target }, deadlineMs);
    return { status: end.status, failure: end.failure };
  }

  /** Registers one of our contacts at a carrier, or takes it back. Never rejects. */
  register(options: RegisterOptions, deadlineMs: number): Promise<RegisterEnd> {
    return sendRegister(this.srf, options, deadlineMs);
  }

  /** Leaves the signalling server. Dialogs still open are its to end: hang up before. */
  close(): void {
    this.closing = true;
    this.connected = false;
    disconnect(this.srf);
  }
}
