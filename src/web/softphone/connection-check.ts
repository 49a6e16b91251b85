/** What the way to the server is like, before a shift. */
export interface ConnectionCheck {
  readonly roundTripMs: number;
  readonly jitterMs: number;
  /** Of the questions, 0 to 1. */
  readonly loss: number;
}

/** Good enough to talk over. */
export const CONNECTION_LIMITS: ConnectionCheck = { roundTripMs: 200, jitterMs: 30, loss: 0.02 };

/** @param times of those that were answered, ms, in order */
export function summarise(times: readonly number[], asked: number): ConnectionCheck {
  const sorted = [...times].sort((a, b) => a - b);
  const changes = times.slice(1).map((time, i) => Math.abs(time - (times[i] ?? time)));
  const sum = changes.reduce((a, b) => a + b, 0);
  return {
    roundTripMs: sorted[Math.floor(sorted.length / 2)] ?? Infinity,
    jitterMs: changes.length === 0 ? 0 : sum / changes.length,
    loss: asked === 0 ? 1 : 1 - times.length / asked,
  };
}

export function isGoodEnough(check: ConnectionCheck): boolean {
  return (
    check.roundTripMs < CONNECTION_LIMITS.roundTripMs &&
    check.jitterMs < CONNECTION_LIMITS.jitterMs &&
    check.loss < CONNECTION_LIMITS.loss
  );
}
