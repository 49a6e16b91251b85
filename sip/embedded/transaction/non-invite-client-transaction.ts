import type { ReceivedResponse } from '../message/sip-message';
import { ClientTransaction } from './client-transaction';
import { transactionTimeoutMs } from './sip-timers';

/**
 * Non-INVITE client transaction (RFC 3261 section 17.1.2).
 *
 *     trying --1xx--> proceeding --final--> completed --timer K--> terminated
 *        +------------timer F: 408
 */
export class NonInviteClientTransaction extends ClientTransaction {
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';

  start(): void {
    const { timers, env } = this;
    if (!this.flow.reliable) this.retransmitAfter(env.timers.T1);
    timers.set('timeout', transactionTimeoutMs(env.timers), () => {
      this.fail(408);
    });
    this.transmit();
  }

  protected get awaitsFinal(): boolean {
    return this.state === 'trying' || this.state === 'proceeding';
  }

  protected markTerminated(): void {
    this.state = 'terminated';
  }

  receive(response: ReceivedResponse): void {
    if (!this.awaitsFinal) return;
    if (response.status < 200) {
      this.state = 'proceeding';
      this.user.response(response);
      return;
    }
    this.state = 'completed';
    this.timers.clearAll();
    if (this.flow.reliable) this.terminate();
    else {
      this.timers.set('linger', this.env.timers.T4, () => {
        this.terminate();
      });
    }
    this.user.response(response);
  }

  /** Timer E: doubles up to T2; T2 once a provisional response has come. */
  private retransmitAfter(delayMs: number): void {
    const { T2 } = this.env.timers;
    this.timers.set('retransmit', delayMs, () => {
      this.flow.send(this.text);
      this.retransmitAfter(this.state === 'proceeding' ? T2 : Math.min(delayMs * 2, T2));
    });
  }
}
