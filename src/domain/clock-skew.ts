/** Nothing is dialed while this process's clock and the database's are further apart, ms. */
export const MAX_CLOCK_SKEW_MS = 1_000;

/** An instant that the database told, and this process's clock right before and after it was asked. */
export interface ClockReading {
  readonly askedAtMs: number;
  readonly databaseAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * How far the database's clock surely is from ours, ms: the time that the question was on its way
 * proves nothing and is given for free.
 */
export function clockSkewMs({ askedAtMs, databaseAtMs, answeredAtMs }: ClockReading): number {
  return Math.max(0, askedAtMs - databaseAtMs, databaseAtMs - answeredAtMs);
}
