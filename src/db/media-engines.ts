import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { INSTANCE_DEAD_AFTER_MS } from './sip-instances';

/** What a sip process knows of an engine that it is configured with. */
export interface EngineReport {
  /** host:port. */
  readonly name: string;
  readonly up: boolean;
  readonly weight: number;
  /** Legs of softphones that go through it. */
  readonly lines: number;
  /** Calls on those legs. */
  readonly calls: number;
}

/** Reports that count: of processes that live, as `h` of the engine `e`. */
const FRESH = `from media_engine_health h
  join sip_instance i on i.id = h.sip_instance_id and i.state <> 'dead'
  where h.engine_id = e.id
    and h.seen_at > clock_timestamp() - ${INSTANCE_DEAD_AFTER_MS} * interval '1 ms'`;

/** What the living processes together say of `e`; null: none is configured with it. */
const SEEN_STATE = `(select case when bool_or(h.up) then 'up' when count(*) > 0 then 'down' end ${FRESH})`;

/**
 * Writes down how one sip process sees its engines, tells by event of those that went up or down by
 * it, and gives the names of those that are to be drained.
 */
export async function reportMediaEngines(
  db: Database,
  sipInstanceId: string,
  engines: readonly EngineReport[],
): Promise<ReadonlySet<string>> {
  const names = engines.map(({ name }) => name);
  await db.query(
    `insert into media_engine (name) select name from unnest($1::text[]) name
     where not exists (select from media_engine m where m.name = name.name)
     on conflict do nothing`,
    [names],
  );
  await db.query(
    `insert into media_engine_health (engine_id, sip_instance_id, up, weight, lines, calls, seen_at)
     select m.id, $1, r.up, r.weight, r.lines, r.calls, clock_timestamp()
     from jsonb_to_recordset($2) r (name text, up boolean, weight int, lines int, calls int)
     join media_engine m on m.name = r.name
     on conflict (engine_id, sip_instance_id) do update set up = excluded.up,
       weight = excluded.weight, lines = excluded.lines, calls = excluded.calls,
       seen_at = excluded.seen_at`,
    [sipInstanceId, JSON.stringify(engines)],
  );
  const { rows } = await db.query<{ id: string; name: string; draining: boolean; moved: boolean }>(
    `select e.id, e.name, e.draining, e.state is distinct from ${SEEN_STATE} as moved
     from media_engine e where e.name = any($1)`,
    [names],
  );
  for (const { id, moved } of rows) if (moved) await db.transaction((tx) => moveState(tx, id));
  return new Set(rows.filter(({ draining }) => draining).map(({ name }) => name));
}

/** The state under the lock decides: of several processes that noticed, one tells of it. */
async function moveState(tx: Transaction, id: string): Promise<void> {
  const locked = await tx.query<{ name: string; state: 'up' | 'down' | null }>(
    'select name, state from media_engine where id = $1 for update',
    [id],
  );
  const before = locked.rows[0];
  if (before === undefined) return;
  const { rows } = await tx.query<{ state: 'up' | 'down' }>(
    `update media_engine e set state = ${SEEN_STATE}, since = clock_timestamp()
     where e.id = $1 and e.state is distinct from ${SEEN_STATE} returning e.state`,
    [id],
  );
  const state = rows[0]?.state;
  // one that is up at the first look is no news
  if (state === undefined || (before.state === null && state === 'up')) return;
  const payload = { engineId: id, name: before.name };
  await appendEvent(tx, { type: `media_engine.${state}`, payload });
}

/** A media engine as people see it. */
export interface MediaEngine {
  readonly id: string;
  readonly name: string;
  /** `unknown`: no living sip process is configured with it. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly since: Date;
  readonly draining: boolean;
  /** Over all sip processes. */
  readonly lines: number;
  readonly calls: number;
  /** Sip processes that are configured with it, and those of them that reach it. */
  readonly processes: number;
  readonly reachedBy: number;
}

const ENGINE = `select e.id, e.name, e.since, e.draining, seen.lines, seen.calls, seen.processes,
    seen."reachedBy", case when seen.processes = 0 then 'unknown' when seen."reachedBy" > 0
      then 'up' else 'down' end as state
  from media_engine e cross join lateral (
    select coalesce(sum(h.lines), 0)::int as lines, coalesce(sum(h.calls), 0)::int as calls,
      count(*)::int as processes, (count(*) filter (where h.up))::int as "reachedBy" ${FRESH}) seen`;

/** All of them, by name: there are a handful. */
export async function listMediaEngines(db: Queryable): Promise<MediaEngine[]> {
  return (await db.query<MediaEngine>(`${ENGINE} order by e.name`)).rows;
}

export async function findMediaEngine(db: Queryable, id: string): Promise<MediaEngine | null> {
  return (await db.query<MediaEngine>(`${ENGINE} where e.id = $1`, [id])).rows[0] ?? null;
}

/** Drains an engine, or takes it back into use. */
export async function drainMediaEngine(
  tx: Transaction,
  id: string,
  draining: boolean,
): Promise<void> {
  await tx.query('update media_engine set draining = $2 where id = $1', [id, draining]);
}

/** Of the named engines, those that some sip process reaches. */
export async function countEnginesUp(db: Queryable, names: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `select from media_engine e where e.name = any($1) and ${SEEN_STATE} = 'up'`,
    [names],
  );
  return rowCount ?? 0;
}
