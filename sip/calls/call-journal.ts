import type { Logger } from 'pino';
import type { ProgressResult } from '../../src/db/calls';
import { TransitionError } from '../../src/domain/transition-error';

/**
 * How long one write is tried again while the database is away, ms. What is given up of a live call
 * is lost: the sweep ends the attempt, and its agent is free while still talking.
 */
const RETRY_FOR_MS = 600_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** SQLSTATE classes that pass: connection, insufficient resources, operator intervention, rollback. */
const PASSING = ['08', '53', '57', '40'];

/** May the same write succeed a moment later? Everything that is not a verdict of the database. */
export function isPassingFailure(error: unknown): boolean {
  if (error instanceof TransitionError) return false;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith('E')) return true;
  return PASSING.includes(code.slice(0, 2));
}

/**
 * A call's writes, one after the other in the order of what happened. The call never waits for the
 * database: it goes on while a write is tried again, and hears only of a conflict.
 */
export class CallJournal {
  private tail: Promise<unknown> = Promise.resolve();
  private pending = 0;

  constructor(
    private readonly log: Logger,
    private readonly onConflict: () => void,
  ) {}

  /** Queues a write. Settles with what became of it; never rejects. */
  write(what: string, work: () => Promise<ProgressResult>): Promise<ProgressResult | 'failed'> {
    this.pending += 1;
    const turn = this.tail.then(async () => {
      const result = await this.tryFor(what, work);
      this.pending -= 1;
      if (result === 'conflict') {
        this.log.warn({ write: what }, 'somebody else had settled this attempt');
        this.onConflict();
      }
      return result;
    });
    this.tail = turn;
    return turn;
  }

  /** Settles when everything queued so far is written or given up. */
  async settled(): Promise<void> {
    while (this.pending > 0) await this.tail;
  }

  private async tryFor(
    what: string,
    work: () => Promise<ProgressResult>,
  ): Promise<ProgressResult | 'failed'> {
    const until = Date.now() + RETRY_FOR_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        if (!isPassingFailure(error) || Date.now() + waitMs > until) {
          // the message alone: a detail could quote a row
          this.log.error({ write: what, reason: (error as Error).message }, 'gave up a write');
          return 'failed';
        }
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }
}
