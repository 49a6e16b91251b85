import { Gauge } from 'prom-client';
import { createPartitions, readPartitionHealth } from '../db/partitions';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

/** A month lasts longer; a turn that found a lock taken is soon made good. */
const INTERVAL_MS = 3_600_000;

/** Has the months of the tables that only grow made before they come, and tells when one is missing. */
export function startPartitioning({ db, log, registry }: RoleContext): Repeating {
  const ahead = new Gauge({
    name: 'santun_partition_months_ahead',
    help: 'Months that every monthly table has ready beyond the present one; below 1: look at the log of the workers',
    registers: [registry],
  });
  const stray = new Gauge({
    name: 'santun_partition_stray_rows',
    help: 'Rows kept in the default partition because their month was not made, counted up to 1,000 a table',
    labelNames: ['table'],
    registers: [registry],
  });
  return repeat(
    INTERVAL_MS,
    async () => {
      const { created, busy } = await createPartitions(db);
      if (created.length > 0) log.info({ created }, 'made months of the tables that grow');
      if (busy.length > 0) log.warn({ busy }, 'months of tables could not be locked; trying again');
      const { monthsAhead, strays } = await readPartitionHealth(db);
      ahead.set(monthsAhead);
      stray.reset();
      for (const { table, rows } of strays) stray.set({ table }, rows);
      if (monthsAhead < 1) log.error({ monthsAhead }, 'the next month of the tables is not made');
      if (strays.length > 0) {
        log.error(
          { strays },
          'rows lie in no month: run `santun partitions create --month yyyy-mm`',
        );
      }
    },
    (error) => {
      log.error({ err: error }, 'the months of the tables could not be made');
    },
  );
}
