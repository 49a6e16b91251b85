import type { Scheduler } from './scheduler';
import type { SipTimers } from './sip-timers';

/** What every transaction is given: the clock and the base timers. */
export interface TransactionEnv {
  readonly scheduler: Scheduler;
  readonly timers: SipTimers;
}
