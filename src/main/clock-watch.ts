import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { readClock } from '../db/clock';
import type { Database } from '../db/database';
import { clockSkewMs, MAX_CLOCK_SKEW_MS } from '../domain/clock-skew';
import { repeat, type Repeating } from './repeat';

const LOOK_INTERVAL_MS = 10_000;
const TELL_INTERVAL_MS = 60_000;

export interface ClockWatchOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock: () => Date;
  readonly lookIntervalMs?: number;
}

/**
 * Measures this process's clock against the database's, in every role: the gate refuses to dial
 * while they are more than {@link MAX_CLOCK_SKEW_MS} apart, and somebody has to learn why.
 */
export function watchClock(options: ClockWatchOptions): Repeating {
  const { db, log, registry, clock, lookIntervalMs = LOOK_INTERVAL_MS } = options;
  const gauge = new Gauge({
    name: 'santun_clock_skew_seconds',
    help: 'Between this process and the database at least; above 1 nothing is dialed',
    registers: [registry],
  });
  let toldAtMs = -Infinity;
  return repeat(
    lookIntervalMs,
    async () => {
      const skewMs = clockSkewMs(await readClock(db, clock));
      gauge.set(skewMs / 1_000);
      if (skewMs <= MAX_CLOCK_SKEW_MS || performance.now() - toldAtMs < TELL_INTERVAL_MS) return;
      toldAtMs = performance.now();
      const accepted = `at most ${MAX_CLOCK_SKEW_MS} ms: check NTP here and at the database`;
      log.warn({ skewMs, accepted }, 'clock differs from the database’s: nothing is dialed');
    },
    () => {
      // the database is away, and those who need it say so
    },
  );
}
