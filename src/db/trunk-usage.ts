import type { Database, Queryable } from './database';
import { appendEvent } from './events';

export const TRUNK_CAPS = [
  'daily_spend',
  'daily_minutes',
  'monthly_spend',
  'monthly_minutes',
  // each of its numbers was shown as often as it may be in a day
  'caller_ids',
] as const;
export type TrunkCap = (typeof TRUNK_CAPS)[number];

/** What a trunk's calls cost. Money in minor units of the trunk's currency, as text. */
export interface TrunkUsage {
  /** Calls that have ended, by the day on which they were answered, in the trunk's zone. */
  readonly today: { readonly minutes: number; readonly spendMinor: string };
  readonly thisMonth: { readonly minutes: number; readonly spendMinor: string };
  /** What the calls that run count as until they have ended. */
  readonly held: {
    readonly calls: number;
    readonly minutes: number;
    readonly spendMinor: string;
  };
  /** One more call could overrun it: the trunk takes none; null: none is reached. */
  readonly capReached: TrunkCap | null;
}

/** By trunk id. */
export async function readTrunkUsage(
  db: Queryable,
  trunkIds: readonly string[],
): Promise<Map<string, TrunkUsage>> {
  const { rows } = await db.query<TrunkUsage & { trunkId: string }>(
    `select t.id as "trunkId", cap_reached(t.id) as "capReached",
       jsonb_build_object('minutes', u.day_s / 60.0, 'spendMinor', u.day_minor::text) as today,
       jsonb_build_object('minutes', u.month_s / 60.0, 'spendMinor', u.month_minor::text) as "thisMonth",
       jsonb_build_object('calls', u.held_calls, 'minutes', u.held_s / 60.0,
         'spendMinor', u.held_minor::text) as held
     from trunk t, trunk_use(t.id) u where t.id = any($1)`,
    [trunkIds],
  );
  return new Map(rows.map(({ trunkId, ...usage }) => [trunkId, usage]));
}

/** Tells of caps that were reached, each once a day, whichever process sees it first. */
export function tellReachedCaps(db: Database): Promise<void> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ trunkId: string; cap: TrunkCap }>(
      `insert into trunk_usage as u (trunk_id, day, reached)
       select t.id, (clock_timestamp() at time zone t.billing_zone)::date, array[cap]
       from trunk t, cap_reached(t.id) cap where t.enabled and cap is not null
       on conflict (trunk_id, day) do update set reached = u.reached || excluded.reached
         where not u.reached @> excluded.reached
       returning trunk_id as "trunkId", reached[cardinality(reached)] as cap`,
    );
    for (const { trunkId, cap } of rows)
      await appendEvent(tx, { type: 'trunk.cap_reached', payload: { trunkId, cap } });
  });
}
