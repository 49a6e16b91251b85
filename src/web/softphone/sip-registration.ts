import { URI, type UserAgent } from 'sip.js';

const EXPIRES_SECONDS = 120;

/** The registrar refused, with this status; 0: no answer in time. */
export class RegisterError extends Error {
  constructor(readonly status: number) {
    super(`REGISTER: ${status}`);
  }
}

/**
 * A binding at the registrar (RFC 3261, 10.2). One Call-ID and one Contact for the life of the page:
 * by them the server knows that a softphone which comes back is the one it holds a leg to. sip.js's own
 * Registerer is not used: it waits for ever when the connection breaks under it.
 */
export class SipRegistration {
  private readonly callId = crypto.randomUUID();
  private sequence = 1;

  constructor(
    private readonly userAgent: UserAgent,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  /** @returns when to register again, ms. @throws RegisterError */
  async register(limitMs: number): Promise<number> {
    await this.send(EXPIRES_SECONDS, limitMs);
    return EXPIRES_SECONDS * 600;
  }

  async unregister(limitMs: number): Promise<void> {
    await this.send(0, limitMs);
  }

  private send(expires: number, limitMs: number): Promise<void> {
    const { userAgentCore: core, contact, configuration } = this.userAgent;
    const { uri } = configuration;
    const message = core.makeOutgoingRequestMessage(
      'REGISTER',
      new URI('sip', '', uri.host, uri.port),
      uri,
      uri,
      { callId: this.callId, cseq: this.sequence },
      [`Contact: ${contact.toString({ register: true })};expires=${expires}`],
    );
    // sip.js takes the next number for the request that carries the credentials
    this.sequence += 2;
    const answered = new Promise<void>((resolve, reject) => {
      core.register(message, {
        onAccept: () => {
          resolve();
        },
        onReject: ({ message: { statusCode } }) => {
          reject(new RegisterError(statusCode ?? 0));
        },
      });
    });
    const late = this.wait(limitMs).then(() => {
      throw new RegisterError(0);
    });
    late.catch(() => undefined);
    return Promise.race([answered, late]);
  }
}
