import { sweep, type SweepReport } from '../dialer/sweep';
import type { Database } from '../src/db/database';
import { reapDeadInstances } from '../src/db/sip-instances';
import type { SipQueue } from '../src/queue/sip-queue';

export interface SweepTurnReport extends SweepReport {
  readonly instancesBuried: number;
}

/**
 * One turn of the sweep, with what it has to remember between turns: since when the database has
 * answered without a failure. Silence of a sip instance proves nothing before that.
 */
export function sweepTurn(deps: {
  readonly db: Database;
  readonly queue: SipQueue;
}): () => Promise<SweepTurnReport> {
  let healthySince: number | null = null;
  return async () => {
    try {
      await deps.db.query('select 1');
      healthySince ??= performance.now();
      const reaped = await reapDeadInstances(deps.db, {
        healthyForMs: performance.now() - healthySince,
        actor: 'sweep',
      });
      // a queue that nobody reads any more; losing it is harmless
      await Promise.allSettled(reaped.instances.map((id) => deps.queue.discard(id)));
      const report = await sweep(deps.db, deps.queue);
      return { ...report, instancesBuried: reaped.instances.length };
    } catch (error) {
      healthySince = null;
      throw error;
    }
  };
}
