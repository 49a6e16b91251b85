import type { ReceivedRequest, SipResponse } from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import { TimerSet } from './scheduler';
import type { TransactionEnv } from './transaction-env';

/** What a server transaction tells its user. */
export interface ServerTransactionUser {
  /** INVITE: the application has left it without an answer for too long. */
  silent(): void;
  /** Nothing more can be sent for this request. */
  terminated(): void;
}

export type ServerTimer = 'retransmit' | 'timeout' | 'linger';

/** What INVITE and non-INVITE server transactions share (RFC 3261 section 17.2). */
export abstract class ServerTransaction {
  user: ServerTransactionUser | undefined;
  protected readonly timers: TimerSet<ServerTimer>;
  /** The last response as sent, for retransmitted requests. */
  protected lastText: string | undefined;

  /**
   * @param replyFlow where responses go (RFC 3261 section 18.2.2, RFC 3581)
   * @param localTag To tag of every response to a request that came without one
   */
  constructor(
    readonly key: string,
    readonly request: ReceivedRequest,
    readonly flow: Flow,
    protected readonly replyFlow: () => Flow,
    public localTag: string,
    protected readonly env: TransactionEnv,
    private readonly onTerminated: (transaction: ServerTransaction) => void,
  ) {
    this.timers = new TimerSet(env.scheduler);
  }

  /** True until a final response has been sent. */
  abstract get isPending(): boolean;
  abstract receiveRetransmission(): void;
  /** @returns false when the transport cannot take it; ignored once a final response was sent. */
  abstract respond(response: SipResponse): boolean;
  protected abstract markTerminated(): void;

  protected transmit(response: SipResponse): boolean {
    this.lastText = formatSipMessage(response);
    return this.replyFlow().send(this.lastText);
  }

  protected retransmit(): void {
    if (this.lastText !== undefined) this.replyFlow().send(this.lastText);
  }

  /** A 2xx or a reliable provisional response again; when is for the user to say. */
  resend(text: string): void {
    this.replyFlow().send(text);
  }

  terminate(): void {
    this.timers.clearAll();
    this.markTerminated();
    this.onTerminated(this);
    this.user?.terminated();
  }
}
