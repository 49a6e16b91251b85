import { randomUUID } from 'node:crypto';
import { URI, type UserAgent } from 'sip.js';

/**
 * A binding at the registrar (RFC 3261, 10.2), refreshed at 60 % of its time. sip.js's own
 * Registerer is not used: it keeps its timers, and waits for ever, when the socket breaks under it.
 */
export class Registration {
  readonly #callId = randomUUID();
  #sequence = 1;
  #refresh: NodeJS.Timeout | null = null;

  constructor(
    private readonly userAgent: UserAgent,
    private readonly expiresSeconds: number,
    /** A refresh was refused, or had no answer. */
    private readonly onLost: (why: string) => void,
  ) {}

  /** @throws Error with the status of a refusal. */
  async register(): Promise<void> {
    await this.#send(this.expiresSeconds);
    this.#refresh = setTimeout(() => {
      this.register().catch((error: unknown) => {
        this.onLost((error as Error).message);
      });
    }, this.expiresSeconds * 600);
  }

  async unregister(): Promise<void> {
    this.stop();
    await this.#send(0);
  }

  /** No more refreshes; the registrar is not told. */
  stop(): void {
    if (this.#refresh !== null) clearTimeout(this.#refresh);
    this.#refresh = null;
  }

  #send(expires: number): Promise<void> {
    const { userAgentCore: core, contact, configuration } = this.userAgent;
    const registrar = new URI('sip', '', configuration.uri.host, configuration.uri.port);
    const message = core.makeOutgoingRequestMessage(
      'REGISTER',
      registrar,
      configuration.uri,
      configuration.uri,
      { callId: this.#callId, cseq: this.#sequence },
      [`Contact: ${contact.toString({ register: true })};expires=${expires}`],
    );
    // sip.js takes the next number for the request that carries the credentials
    this.#sequence += 2;
    return new Promise((resolve, reject) => {
      core.register(message, {
        onAccept: () => {
          resolve();
        },
        onReject: ({ message: { statusCode, reasonPhrase } }) => {
          const status = `${statusCode ?? ''} ${reasonPhrase ?? ''}`.trim();
          reject(new Error(`REGISTER was refused: ${status}`));
        },
      });
    });
  }
}
