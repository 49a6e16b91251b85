import { EventEmitter, once } from 'node:events';
import { UserAgent, type Invitation } from 'sip.js';
import { WebSocket } from 'ws';
import { Registration } from './registration';
import { SoftphoneCall, describePlainAudio } from './softphone-call';

// sip.js is written for browsers: its transport looks for WebSocket among the globals, which
// Node has only from 22 on
const globals: { WebSocket?: unknown } = globalThis;
globals.WebSocket ??= WebSocket;

export interface SoftphoneOptions {
  /** `ws://host:port`, SIP over WebSocket (RFC 7118). */
  readonly wsUrl: string;
  readonly username: string;
  readonly password: string;
  /** Host part of the address of record, `sip:username@realm`. */
  readonly realm: string;
  /** Asked for at REGISTER, s. */
  readonly expiresSeconds?: number;
  /** Answer every call at once (the default), as a nailed-up leg needs it. */
  readonly autoAnswer?: boolean;
}

export interface SoftphoneEvents {
  /** A call came in; it is answered already when `autoAnswer` is on. */
  called: [call: SoftphoneCall];
  /** The socket broke, or the server refused to refresh: calls are gone, nothing reaches us. */
  disconnected: [reason: string];
}

const ANSWER_LIMIT_MS = 10_000;
const GOODBYE_LIMIT_MS = 2_000;

/**
 * An agent's softphone: sip.js over a WebSocket, with digest, whose media is only described
 * (see plain-sdp). It does not reconnect by itself: `register` again after `disconnected`.
 */
export class Softphone extends EventEmitter<SoftphoneEvents> {
  #userAgent: UserAgent | null = null;
  #registration: Registration | null = null;
  #registered = false;
  readonly #calls = new Set<SoftphoneCall>();

  constructor(private readonly options: SoftphoneOptions) {
    super();
  }

  get isRegistered(): boolean {
    return this.#registered;
  }

  /** Calls that are ringing or up, oldest first. */
  get calls(): readonly SoftphoneCall[] {
    return [...this.#calls];
  }

  /**
   * Connects and registers, on a new socket.
   * @throws Error with the reason: no connection, the status of a refused REGISTER, or 10 s without an answer.
   */
  async register(): Promise<void> {
    await this.#abandon();
    const userAgent = this.#createUserAgent();
    this.#userAgent = userAgent;
    try {
      await withinLimit(userAgent.start(), 'the WebSocket did not open');
      this.#registration = new Registration(
        userAgent,
        this.options.expiresSeconds ?? 120,
        (why) => {
          void this.#broken(why);
        },
      );
      await withinLimit(this.#registration.register(), 'REGISTER had no answer');
    } catch (error) {
      await this.#abandon();
      throw error;
    }
    this.#registered = true;
  }

  /** Breaks the socket without a word, as a lost network does; `disconnected` follows. */
  dropConnection(): void {
    const transport = this.#userAgent?.transport as { ws?: WebSocket } | undefined;
    transport?.ws?.terminate();
  }

  /** Hangs up, unregisters and closes the socket. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#registered) {
      const goodbye = Promise.all([
        ...this.calls.map((call) => call.hangUp()),
        this.#registration?.unregister(),
      ]);
      const over = Promise.race([goodbye, once(this, 'disconnected')]);
      await withinLimit(over, 'goodbye had no answer', GOODBYE_LIMIT_MS).catch(() => undefined);
    }
    await this.#abandon();
  }

  async #abandon(): Promise<void> {
    const userAgent = this.#userAgent;
    this.#registration?.stop();
    this.#registration = null;
    this.#userAgent = null;
    this.#registered = false;
    if (userAgent !== null) {
      userAgent.delegate = {};
      await userAgent.transport.dispose().catch(() => undefined);
      userAgent.userAgentCore.dispose();
    }
    this.#forgetCalls();
  }

  #forgetCalls(): void {
    for (const call of this.#calls) call.lost();
    this.#calls.clear();
  }

  #createUserAgent(): UserAgent {
    const { username, password, realm, wsUrl } = this.options;
    const uri = UserAgent.makeURI(`sip:${username}@${realm}`);
    if (uri === undefined) throw new Error(`sip:${username}@${realm} is no SIP address`);
    const userAgent: UserAgent = new UserAgent({
      uri,
      authorizationUsername: username,
      authorizationPassword: password,
      contactName: username,
      transportOptions: { server: wsUrl, traceSip: false },
      sessionDescriptionHandlerFactory: describePlainAudio(username),
      logBuiltinEnabled: false,
      logConfiguration: false,
      delegate: {
        onInvite: (invitation) => {
          this.#invited(invitation);
        },
        onDisconnect: (error) => {
          if (userAgent === this.#userAgent) void this.#broken(error?.message ?? 'closed');
        },
      },
    });
    return userAgent;
  }

  async #broken(reason: string): Promise<void> {
    await this.#abandon();
    this.emit('disconnected', reason);
  }

  #invited(invitation: Invitation): void {
    const call = new SoftphoneCall(invitation, () => this.#calls.delete(call));
    this.#calls.add(call);
    if (this.options.autoAnswer ?? true) void call.answer();
    this.emit('called', call);
  }
}

async function withinLimit<T>(
  work: Promise<T>,
  late: string,
  limitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${late} within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
