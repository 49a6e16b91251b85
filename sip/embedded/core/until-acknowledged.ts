import { TimerSet } from '../transaction/scheduler';
import { transactionTimeoutMs } from '../transaction/sip-timers';
import type { TransactionEnv } from '../transaction/transaction-env';

/**
 * Sends a response to an INVITE again until its ACK or PRACK comes: after T1, doubling up to T2, for
 * 64*T1. A 2xx on any transport, since the next hop need not be the last (RFC 3261 section 13.3.1.4);
 * a reliable provisional response likewise (RFC 3262 section 3).
 */
export class UntilAcknowledged {
  private readonly timers: TimerSet<'resend' | 'giveUp'>;

  constructor(
    private readonly env: TransactionEnv,
    private readonly resend: () => void,
    onNeverAcknowledged: () => void,
  ) {
    this.timers = new TimerSet(env.scheduler);
    this.timers.set('giveUp', transactionTimeoutMs(env.timers), () => {
      this.stop();
      onNeverAcknowledged();
    });
    this.resendAfter(env.timers.T1);
  }

  stop(): void {
    this.timers.clearAll();
  }

  private resendAfter(delayMs: number): void {
    this.timers.set('resend', delayMs, () => {
      this.resend();
      this.resendAfter(Math.min(delayMs * 2, this.env.timers.T2));
    });
  }
}
