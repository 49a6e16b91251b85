import { sweep, type SweepReport } from '../dialer/sweep';
import type { Database } from '../src/db/database';
import { deleteOldAnswers } from '../src/db/idempotency';
import { failAbandonedImports } from '../src/db/imports';
import { reapDeadInstances } from '../src/db/sip-instances';
import type { SipQueue } from '../src/queue/sip-queue';

export interface SweepTurnReport extends SweepReport {
  readonly instancesBuried: number;
  readonly importsFailed: number;
  readonly answersForgotten: number;
}

/**
 * After the database was away, the processes that own calls write first what happened meanwhile: a
 * limit that passed in its absence would end a live talk.
 */
const SETTLING_MS = 5_000;
const TIDY_EVERY_MS = 10 * 60_000;

/**
 * One turn of the sweep, with what it has to remember between turns: since when the database has
 * answered without a failure. Before that neither silence nor a passed limit proves anything.
 *
 * @param deps.nowMs a clock that only goes forward
 */
export function sweepTurn(deps: {
  readonly db: Database;
  readonly queue: SipQueue;
  readonly nowMs?: () => number;
}): () => Promise<SweepTurnReport> {
  const { db, queue, nowMs = () => performance.now() } = deps;
  let healthySince: number | null = null;
  let tidiedAt = -Infinity;
  return async () => {
    try {
      await db.query('select 1');
      healthySince ??= nowMs();
      const healthyForMs = nowMs() - healthySince;
      const reaped = await reapDeadInstances(db, { healthyForMs, actor: 'sweep' });
      // a queue that nobody reads any more; losing it is harmless
      await Promise.allSettled(reaped.instances.map((id) => queue.discard(id)));
      const report =
        healthyForMs < SETTLING_MS
          ? {
              rungAgain: 0,
              attemptsEnded: 0,
              transfersEnded: 0,
              previewsEnded: 0,
              helpRequestsTended: 0,
              sessionsMoved: 0,
              shiftsEnded: 0,
              callsMissed: 0,
            }
          : await sweep(db, queue);
      const tidied = { importsFailed: 0, answersForgotten: 0 };
      if (nowMs() - tidiedAt >= TIDY_EVERY_MS) {
        tidied.importsFailed = await failAbandonedImports(db);
        tidied.answersForgotten = await deleteOldAnswers(db);
        tidiedAt = nowMs();
      }
      return { ...report, ...tidied, instancesBuried: reaped.instances.length };
    } catch (error) {
      healthySince = null;
      throw error;
    }
  };
}
