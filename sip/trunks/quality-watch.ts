import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { measureTrunks, QUALITY_SPAN_MS } from '../../src/db/trunk-quality';
import { figuresOfLegs } from '../outcome/leg-quality';

const LOOK_MS = 15_000;
/** By then the last call of the five minutes has rung out, or was answered and is longer than short. */
const SETTLED_AFTER_MS = 120_000;

/** Begin of the newest five minutes whose calls are settled. */
export function settledSpan(now: Date): Date {
  const end = Math.floor((now.getTime() - SETTLED_AFTER_MS) / QUALITY_SPAN_MS) * QUALITY_SPAN_MS;
  return new Date(end - QUALITY_SPAN_MS);
}

/** Has each five minutes of calls measured by one process, soon after they are over. */
export class QualityWatch {
  private timer: NodeJS.Timeout | null = null;
  private measuring: Promise<void> | null = null;
  private measuredMs = 0;

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.measuring ??= this.measure(settledSpan(new Date())).finally(
        () => (this.measuring = null),
      );
    }, LOOK_MS);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.measuring;
  }

  private async measure(from: Date): Promise<void> {
    if (from.getTime() <= this.measuredMs) return;
    try {
      await measureTrunks(this.db, from, figuresOfLegs);
      this.measuredMs = from.getTime();
    } catch (error) {
      this.log.warn({ reason: (error as Error).message }, 'trunks not measured');
    }
  }
}
