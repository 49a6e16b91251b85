const T1_MS = 500;
const T2_MS = 4_000;
/** 64*T1: how long a message is repeated, and an answered transaction remembered. */
export const TRANSACTION_LIMIT_MS = 64 * T1_MS;

/**
 * Sends now, then after T1, doubling up to T2, until stopped or 64*T1 have passed: the law of
 * timers E/F (requests), G/H (refusals of an INVITE) and of the repeated 2xx (RFC 3261, 17.1.2,
 * 17.2.1, 13.3.1.4) over an unreliable transport.
 * @returns a function that stops it.
 */
export function retransmit(send: () => void, onGivenUp: () => void): () => void {
  let intervalMs = T1_MS;
  let timer: NodeJS.Timeout;
  const again = (): void => {
    send();
    intervalMs = Math.min(intervalMs * 2, T2_MS);
    timer = setTimeout(again, intervalMs);
  };
  send();
  timer = setTimeout(again, intervalMs);
  const limit = setTimeout(() => {
    clearTimeout(timer);
    onGivenUp();
  }, TRANSACTION_LIMIT_MS);
  return () => {
    clearTimeout(timer);
    clearTimeout(limit);
  };
}
