import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/database';
import { countStandingSwitches } from '../db/kill-switches';
import { KILL_SCOPES } from '../domain/kill-switch';

/** The same in every process, for it is read from the database at each scrape: take the maximum. */
export function addKillSwitchGauge(registry: Registry, db: Database): void {
  new Gauge({
    name: 'santun_kill_switches_active',
    help: 'Kill switches that stand, by scope; one value for the whole installation',
    labelNames: ['scope'],
    registers: [registry],
    async collect() {
      // a scrape must not fail because the database does
      const standing = await countStandingSwitches(db).catch(() => null);
      if (standing === null) return;
      for (const scope of KILL_SCOPES) this.set({ scope }, standing.get(scope) ?? 0);
    },
  });
}
