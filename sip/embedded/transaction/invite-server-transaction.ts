import { buildResponse } from '../message/build-response';
import type { SipResponse } from '../message/sip-message';
import { ServerTransaction } from './server-transaction';
import { appSilenceMs, ringingMs, transactionTimeoutMs } from './sip-timers';

/**
 * INVITE server transaction (RFC 3261 section 17.2.1 with the Accepted state of RFC 6026).
 *
 *     proceeding --2xx--> accepted --timer L--> terminated
 *                --3xx-6xx--> completed --ACK--> confirmed --timer I--> terminated
 *                                       --timer H--> terminated
 *
 * 100 is sent at once: the application is another process and seldom answers within 200 ms.
 */
export class InviteServerTransaction extends ServerTransaction {
  state: 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated' = 'proceeding';

  start(): void {
    this.transmit(buildResponse(this.request, 100));
    this.limitSilence(appSilenceMs(this.env.timers));
  }

  get isPending(): boolean {
    return this.state === 'proceeding';
  }

  protected markTerminated(): void {
    this.state = 'terminated';
  }

  receiveRetransmission(): void {
    if (this.state === 'proceeding' || this.state === 'completed') this.retransmit();
  }

  /** The ACK of a 3xx-6xx; that of a 2xx is a transaction of its own and goes to the dialog. */
  receiveAck(): void {
    if (this.state !== 'completed') return;
    this.state = 'confirmed';
    this.timers.clearAll();
    if (this.flow.reliable) this.terminate();
    else {
      this.timers.set('linger', this.env.timers.T4, () => {
        this.terminate();
      });
    }
  }

  respond(response: SipResponse): boolean {
    if (this.state !== 'proceeding') return false;
    const sent = this.transmit(response);
    if (response.status < 200) {
      this.limitSilence(ringingMs(this.env.timers));
      return sent;
    }
    this.timers.clearAll();
    const { timers } = this.env;
    if (response.status < 300) {
      this.state = 'accepted';
      this.timers.set('linger', transactionTimeoutMs(timers), () => {
        this.terminate();
      });
      return sent;
    }
    this.state = 'completed';
    if (!this.flow.reliable) this.retransmitAfter(timers.T1);
    this.timers.set('timeout', transactionTimeoutMs(timers), () => {
      this.terminate();
    });
    return sent;
  }

  private limitSilence(delayMs: number): void {
    this.timers.set('timeout', delayMs, () => this.user?.silent());
  }

  /** Timer G: doubles up to T2. */
  private retransmitAfter(delayMs: number): void {
    this.timers.set('retransmit', delayMs, () => {
      this.retransmit();
      this.retransmitAfter(Math.min(delayMs * 2, this.env.timers.T2));
    });
  }
}
