import { setTimeout as delay } from 'node:timers/promises';

/** Latencies of one operation, ms. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly aSecond: number;
}

/** Runs an operation `count` times by so many workers at once. */
export async function measure(
  workers: number,
  count: number,
  operation: () => Promise<void>,
): Promise<Latencies> {
  const took: number[] = [];
  let left = count;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (left-- > 0) {
        const fromMs = performance.now();
        await operation();
        took.push(performance.now() - fromMs);
      }
    }),
  );
  return summary(took, performance.now() - startedMs);
}

/**
 * The same at a steady rate, whatever each takes: what a caller waits for, from the instant it was
 * due, on a machine that is not saturated.
 */
export async function measureArrivals(
  aSecond: number,
  count: number,
  operation: () => Promise<void>,
): Promise<Latencies> {
  const took: number[] = [];
  const startedMs = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = startedMs + (index * 1_000) / aSecond;
    await delay(Math.max(0, dueMs - performance.now()));
    running.push(operation().then(() => void took.push(performance.now() - dueMs)));
  }
  await Promise.all(running);
  return summary(took, performance.now() - startedMs);
}

function summary(took: number[], elapsedMs: number): Latencies {
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor((took.length - 1) * share)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), aSecond: (took.length / elapsedMs) * 1_000 };
}

/** The middle of several runs: one run on a machine that does other work says little. */
export function middle<T>(runs: readonly T[], pick: (run: T) => number): number {
  return runs.map(pick).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? NaN;
}

/** {@link middle} of each figure. */
export const median = (runs: readonly Latencies[]): Latencies => ({
  p50: middle(runs, (run) => run.p50),
  p99: middle(runs, (run) => run.p99),
  aSecond: middle(runs, (run) => run.aSecond),
});
