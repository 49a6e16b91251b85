import type { ReceivedResponse, SipRequest } from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import { TimerSet } from './scheduler';
import type { TransactionEnv } from './transaction-env';

/** What a client transaction tells its user. */
export interface ClientTransactionUser {
  response(response: ReceivedResponse): void;
  /** No final response will come: 408 after timer B or F, 503 when the transport failed. */
  failed(status: 408 | 503): void;
  /** INVITE: it has been ringing for too long and should be cancelled. */
  overdue(): void;
}

export type ClientTimer = 'retransmit' | 'timeout' | 'linger';

/** What INVITE and non-INVITE client transactions share (RFC 3261 section 17.1). */
export abstract class ClientTransaction {
  protected readonly timers: TimerSet<ClientTimer>;
  protected readonly text: string;
  private readonly unsubscribe: () => void;

  /**
   * @param request complete, with its own Via on top
   * @param onTerminated called once, when nothing more is expected for this branch
   */
  constructor(
    readonly key: string,
    readonly request: SipRequest,
    readonly flow: Flow,
    protected readonly env: TransactionEnv,
    protected readonly user: ClientTransactionUser,
    private readonly onTerminated: (transaction: ClientTransaction) => void,
  ) {
    this.timers = new TimerSet(env.scheduler);
    this.text = formatSipMessage(request);
    this.unsubscribe = flow.onClosed(() => {
      this.transportFailed();
    });
  }

  abstract receive(response: ReceivedResponse): void;
  protected abstract get awaitsFinal(): boolean;
  protected abstract markTerminated(): void;

  /** Sends the request for the first time. A flow that is known to be down fails on the next tick. */
  protected transmit(): void {
    if (!this.flow.send(this.text)) {
      this.timers.set('timeout', 0, () => {
        this.transportFailed();
      });
    }
  }

  protected fail(status: 408 | 503): void {
    this.terminate();
    this.user.failed(status);
  }

  /** Ends it without telling the user. */
  terminate(): void {
    this.timers.clearAll();
    this.unsubscribe();
    this.markTerminated();
    this.onTerminated(this);
  }

  private transportFailed(): void {
    if (this.awaitsFinal) this.fail(503);
    else this.terminate();
  }
}
