import type { Config } from '../config/parse-config';
import { readClock } from '../db/clock';
import type { Database } from '../db/database';
import { countEnginesUp } from '../db/media-engines';
import { clockSkewMs, MAX_CLOCK_SKEW_MS } from '../domain/clock-skew';
import type { ReadinessCheck } from '../http/http-options';

const CHECK_TIMEOUT_MS = 2_000;

/** What this process needs for its work, asked anew each time. */
export function readiness(context: {
  readonly db: Database;
  readonly config: Pick<Config, 'roles' | 'mediaEngines'>;
  readonly clock: () => Date;
}): () => Promise<ReadinessCheck[]> {
  const { db, config } = context;
  const checks: [string, () => Promise<string | null>][] = [
    [
      'database',
      async () => {
        await db.query('select 1');
        return null;
      },
    ],
    [
      'clock',
      async () => {
        const skewMs = clockSkewMs(await readClock(db, context.clock));
        return skewMs > MAX_CLOCK_SKEW_MS ? `${skewMs} ms away from the database's` : null;
      },
    ],
  ];
  if (config.roles.includes('sip')) {
    checks.push([
      'sip instance',
      async () => {
        const { rowCount } = await db.query(
          `select 1 from sip_instance where state = 'alive'
             and heartbeat_at > now() - interval '10 s'`,
        );
        return rowCount === 0 ? 'no heartbeat of a sip instance for 10 s' : null;
      },
    ]);
  }
  const engines = config.mediaEngines.map(({ name }) => name);
  if (config.roles.includes('sip') && engines.length > 0) {
    checks.push([
      'media engines',
      async () => {
        const up = await countEnginesUp(db, engines);
        return up === 0 ? `no sip process reaches any of ${engines.length} media engines` : null;
      },
    ]);
  }
  return () => Promise.all(checks.map(([name, check]) => run(name, check)));
}

async function run(name: string, check: () => Promise<string | null>): Promise<ReadinessCheck> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, `no answer in ${CHECK_TIMEOUT_MS} ms`);
  });
  try {
    const detail = await Promise.race([check(), limit]);
    return detail === null ? { name, ok: true } : { name, ok: false, detail };
  } catch (error) {
    return { name, ok: false, detail: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}
