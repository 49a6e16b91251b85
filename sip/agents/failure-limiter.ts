const WINDOW_MS = 60_000;
const MAX_KEPT = 10_000;

/** Counts wrong passwords by who gave them: who guesses is not heard for a minute. */
export class FailureLimiter {
  private readonly failures = new Map<string, { count: number; sinceMs: number }>();

  constructor(private readonly limit = 20) {}

  isBlocked(who: string, nowMs: number): boolean {
    const entry = this.failures.get(who);
    return entry !== undefined && nowMs - entry.sinceMs < WINDOW_MS && entry.count >= this.limit;
  }

  recordFailure(who: string, nowMs: number): void {
    const entry = this.failures.get(who);
    if (entry !== undefined && nowMs - entry.sinceMs < WINDOW_MS) {
      entry.count += 1;
      return;
    }
    this.failures.delete(who);
    if (this.failures.size >= MAX_KEPT) {
      const [oldest] = this.failures.keys();
      if (oldest !== undefined) this.failures.delete(oldest);
    }
    this.failures.set(who, { count: 1, sinceMs: nowMs });
  }
}
