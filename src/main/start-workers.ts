import { sweepTurn } from '../../workers/sweep';
import type { Resource } from './lifecycle';
import { repeat } from './repeat';
import type { RoleContext } from './role-context';

const SWEEP_INTERVAL_MS = 1_000;

/** The workers role: what must happen although nobody asks. */
export function startWorkers(context: RoleContext): Resource {
  const { db, queue, log } = context;
  const turn = sweepTurn({ db, queue });
  const sweeping = repeat(
    SWEEP_INTERVAL_MS,
    async () => {
      const report = await turn();
      if (Object.values(report).some((count) => count > 0)) log.info(report, 'swept');
    },
    (error) => {
      log.error({ err: error }, 'a sweep failed');
    },
  );
  return { name: 'workers', stop: () => sweeping.stop() };
}
