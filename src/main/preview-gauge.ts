import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/database';
import { countAgentsOverSkipLimit } from '../db/previews';

/** Read from the database at each scrape, so the same in every process that has it: take the maximum. */
export function addPreviewGauge(registry: Registry, db: Database): void {
  new Gauge({
    name: 'santun_agents_over_skip_limit',
    help: 'Agents who passed over more than 20 % of the accounts that they were shown in 24 hours',
    registers: [registry],
    async collect() {
      // a scrape must not fail because the database does
      const count = await countAgentsOverSkipLimit(db).catch(() => null);
      if (count !== null) this.set(count);
    },
  });
}
