/** Base timers in milliseconds; A to M and every other limit scale from them (RFC 3261 table 4). */
export interface SipTimers {
  /** Round-trip estimate. */
  readonly T1: number;
  /** Longest interval between retransmissions of non-INVITE requests and INVITE responses. */
  readonly T2: number;
  /** Longest time a message stays in the network. */
  readonly T4: number;
}

export const DEFAULT_TIMERS: SipTimers = { T1: 500, T2: 4_000, T4: 5_000 };

/** B, F, H, J, L, M: how long a transaction waits for the other side. */
export function transactionTimeoutMs(timers: SipTimers): number {
  return 64 * timers.T1;
}

/** How long an application may leave an INVITE without any answer (64 s by default). */
export function appSilenceMs(timers: SipTimers): number {
  return 128 * timers.T1;
}

/** How long an INVITE may ring after its last provisional response (5 min by default; C in 16.6). */
export function ringingMs(timers: SipTimers): number {
  return 600 * timers.T1;
}
