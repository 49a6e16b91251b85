import type { SipResponse } from '../message/sip-message';
import { ServerTransaction } from './server-transaction';
import { transactionTimeoutMs } from './sip-timers';

/**
 * Non-INVITE server transaction (RFC 3261 section 17.2.2).
 *
 *     trying --1xx--> proceeding --final--> completed --timer J--> terminated
 *
 * A request the application leaves unanswered ends after 64*T1 without a response: its client has
 * given up by then (RFC 4320 section 4.1).
 */
export class NonInviteServerTransaction extends ServerTransaction {
  state: 'trying' | 'proceeding' | 'completed' | 'terminated' = 'trying';

  start(): void {
    this.timers.set('timeout', transactionTimeoutMs(this.env.timers), () => {
      this.terminate();
    });
  }

  get isPending(): boolean {
    return this.state === 'trying' || this.state === 'proceeding';
  }

  protected markTerminated(): void {
    this.state = 'terminated';
  }

  receiveRetransmission(): void {
    this.retransmit();
  }

  respond(response: SipResponse): boolean {
    if (!this.isPending) return false;
    const sent = this.transmit(response);
    if (response.status < 200) {
      this.state = 'proceeding';
      return sent;
    }
    this.state = 'completed';
    this.timers.clearAll();
    if (this.flow.reliable) this.terminate();
    else {
      this.timers.set('linger', transactionTimeoutMs(this.env.timers), () => {
        this.terminate();
      });
    }
    return sent;
  }
}
