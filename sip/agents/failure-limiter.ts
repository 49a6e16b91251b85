const WINDOW_MS = 60_000;
const MAX_SOURCES = 10_000;

/** Counts wrong passwords by source: who guesses is not heard for a minute. */
export class FailureLimiter {
  private readonly failures = new Map<string, { count: number; sinceMs: number }>();

  constructor(private readonly limit = 20) {}

  isBlocked(source: string, nowMs: number): boolean {
    const entry = this.failures.get(source);
    return entry !== undefined && nowMs - entry.sinceMs < WINDOW_MS && entry.count >= this.limit;
  }

  recordFailure(source: string, nowMs: number): void {
    const entry = this.failures.get(source);
    if (entry !== undefined && nowMs - entry.sinceMs < WINDOW_MS) {
      entry.count += 1;
      return;
    }
    this.failures.delete(source);
    if (this.failures.size >= MAX_SOURCES) {
      const [oldest] = this.failures.keys();
      if (oldest !== undefined) this.failures.delete(oldest);
    }
    this.failures.set(source, { count: 1, sinceMs: nowMs });
  }
}
