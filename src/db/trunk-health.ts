import { afterSignal, trialInMs, type TrunkHealth, type TrunkSignal } from '../domain/trunk-health';
import type { QualityAlarm } from '../domain/trunk-quality';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { IS_UNREGISTERED } from './trunk-registrations';

/** A trunk that this process has to ask with OPTIONS now. */
export interface DueProbe {
  readonly trunkId: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** Longer than any probe takes: whoever dies meanwhile is followed by another process after it. */
const PROBE_LEASE_MS = 10_000;
const PROBES_AT_ONCE = 50;

/**
 * Takes the trunks whose OPTIONS is due, each for one process: until its lease runs out, or its
 * answer is recorded, nobody else gets it. A trunk is asked for the first time an interval after it
 * was first seen here.
 */
export async function claimDueProbes(db: Queryable, sipInstanceId: string): Promise<DueProbe[]> {
  await db.query(
    `insert into trunk_health (trunk_id, next_probe_at)
     select t.id, now() + coalesce(t.options_interval_ms, 0) * interval '1 ms' from trunk t
     where not exists (select from trunk_health h where h.trunk_id = t.id)
     on conflict do nothing`,
  );
  const { rows } = await db.query<DueProbe>(
    `with due as (
       select h.trunk_id from trunk_health h join trunk t on t.id = h.trunk_id
       where h.next_probe_at <= clock_timestamp() and t.enabled and t.options_interval_ms is not null
       order by h.next_probe_at limit $3 for update of h skip locked)
     update trunk_health h set prober = $1,
       next_probe_at = clock_timestamp() + $2 * interval '1 ms'
     from due, trunk t where h.trunk_id = due.trunk_id and t.id = h.trunk_id
     returning t.id as "trunkId", t.host, t.port, t.transport`,
    [sipInstanceId, PROBE_LEASE_MS, PROBES_AT_ONCE],
  );
  return rows;
}

/** What came of a probe that this process had claimed. */
export interface ProbeResult {
  readonly sipInstanceId: string;
  /** 0: no answer. */
  readonly status: number;
  readonly roundTripMs: number;
}

/**
 * Writes down what was heard of a trunk, and moves it up or down with the event that tells so. Of a
 * probe only who holds its lease may tell.
 */
export function recordTrunkSignal(
  db: Database,
  trunkId: string,
  signal: TrunkSignal,
  probe: ProbeResult | null = null,
): Promise<TrunkHealth | null> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<TrunkHealth & { prober: string | null }>(
      `select state, down_by as "downBy", reason, option_misses as "optionMisses",
         call_misses as "callMisses", hits, back_off_ms as "backOffMs", prober
       from trunk_health where trunk_id = $1 for update`,
      [trunkId],
    );
    const row = rows[0];
    if (row === undefined || (probe !== null && row.prober !== probe.sipInstanceId)) return null;
    const { prober: _prober, ...before } = row;
    const after = afterSignal(before, signal);
    if (after !== before) await writeHealth(tx, trunkId, { before, after, by: signal.by });
    if (probe !== null) await writeProbe(tx, trunkId, probe);
    return after;
  });
}

async function writeHealth(
  tx: Transaction,
  trunkId: string,
  change: {
    readonly before: TrunkHealth;
    readonly after: TrunkHealth;
    readonly by: TrunkSignal['by'];
  },
): Promise<void> {
  const { before, after, by } = change;
  const trialMs = trialInMs(after);
  // when calls may try it again depends on calls: what OPTIONS found neither puts it off nor hastens it
  const keepsTrial = by === 'options' && after.downBy === before.downBy;
  const moved = before.state !== after.state;
  await tx.query(
    `update trunk_health set state = $2, down_by = $3, reason = $4, option_misses = $5,
       call_misses = $6, hits = $7, back_off_ms = $8,
       trial_at = case when $11 then trial_at else clock_timestamp() + $9 * interval '1 ms' end,
       since = case when $10 then clock_timestamp() else since end,
       warm_from = case when $10 and $2 = 'up' then clock_timestamp() else warm_from end
     where trunk_id = $1`,
    [
      ...[trunkId, after.state, after.downBy, after.reason, after.optionMisses],
      ...[after.callMisses, after.hits, after.backOffMs, trialMs, moved, keepsTrial],
    ],
  );
  if (!moved) return;
  const payload =
    after.state === 'down'
      ? { trunkId, downBy: after.downBy, reason: after.reason }
      : { trunkId, downBy: before.downBy, reason: before.reason };
  await appendEvent(tx, { type: after.state === 'down' ? 'trunk.down' : 'trunk.up', payload });
}

async function writeProbe(tx: Transaction, trunkId: string, probe: ProbeResult): Promise<void> {
  await tx.query(
    `update trunk_health h set prober = null, probed_at = clock_timestamp(),
       probe_status = nullif($2, 0), round_trip_ms = case when $2 = 0 then null else $3::int end,
       next_probe_at = clock_timestamp()
         + coalesce(t.options_interval_ms, 30000) * interval '1 ms' - $3 * interval '1 ms'
     from trunk t where t.id = h.trunk_id and h.trunk_id = $1`,
    [trunkId, probe.status, Math.round(probe.roundTripMs)],
  );
}

/** Where or how a trunk is reached was changed: what was known of it says nothing any more. */
export async function forgetTrunkHealth(tx: Transaction, trunkId: string): Promise<void> {
  await tx.query('delete from trunk_health where trunk_id = $1', [trunkId]);
}

/** A trunk of which something is known, in short. */
export interface TrunkState {
  readonly trunkId: string;
  readonly state: 'up' | 'down';
  /** Its misses are being counted: what is heard of it next matters. */
  readonly isTroubled: boolean;
  /** It takes no call for what it costs. */
  readonly isCapped: boolean;
}

export async function listTrunkStates(db: Queryable): Promise<TrunkState[]> {
  const { rows } = await db.query<TrunkState>(
    `select trunk_id as "trunkId", state,
       state = 'down' or option_misses > 0 or call_misses > 0 as "isTroubled",
       cap_reached(trunk_id) is not null as "isCapped"
     from trunk_health`,
  );
  return rows;
}

/**
 * Of trunk `t`: it is down, and no call may try it now, or we are not registered there. Beside kill
 * switches and `enabled` the third reason not to choose it.
 */
export const IS_DOWN = `(exists (select from trunk_health h where h.trunk_id = t.id
  and h.state = 'down' and (h.trial_at is null or h.trial_at > clock_timestamp()))
  or ${IS_UNREGISTERED})`;

/**
 * Lets one call through to a trunk that is down and whose back-off is over. True for who may try;
 * true at once for a trunk that is up.
 */
export async function takeTrial(db: Queryable, trunkId: string): Promise<boolean> {
  const { rows } = await db.query<{ mayTry: boolean }>(
    `with trial as (
       update trunk_health set trial_at = clock_timestamp() + back_off_ms * interval '1 ms'
       where trunk_id = $1 and state = 'down' and trial_at <= clock_timestamp() returning 1)
     select exists (select from trial) or not exists (
       select from trunk_health where trunk_id = $1 and state = 'down') as "mayTry"`,
    [trunkId],
  );
  return rows[0]?.mayTry === true;
}

/** What is shown of a trunk's health. */
export interface TrunkHealthView {
  readonly state: 'up' | 'down';
  readonly since: Date;
  /** Why it is down. */
  readonly reason: string | null;
  /** Unanswered in a row, of OPTIONS or of calls, whichever are more. */
  readonly misses: number;
  /** From then on one call may try a trunk that does not answer calls. */
  readonly nextTrialAt: Date | null;
  readonly probedAt: Date | null;
  /** Answer to the latest OPTIONS; null: none came. */
  readonly probeStatus: number | null;
  readonly roundTripMs: number | null;
  /** Figures of its latest calls that are clearly worse than its own usual ones. */
  readonly qualityAlarms: readonly QualityAlarm[];
  /** By what its weight is multiplied for that. */
  readonly weightFactor: number;
}

/** By trunk; of a trunk that no sip process has looked at yet there is nothing. */
export async function readTrunkHealth(
  db: Queryable,
  trunkIds: readonly string[],
): Promise<ReadonlyMap<string, TrunkHealthView>> {
  const { rows } = await db.query<TrunkHealthView & { trunkId: string }>(
    `select trunk_id as "trunkId", state, since, reason,
       greatest(option_misses, call_misses) as misses, trial_at as "nextTrialAt",
       probed_at as "probedAt", probe_status as "probeStatus", round_trip_ms as "roundTripMs",
       quality_alarms as "qualityAlarms", weight_factor as "weightFactor"
     from trunk_health where trunk_id = any($1)`,
    [trunkIds],
  );
  return new Map(rows.map(({ trunkId, ...health }) => [trunkId, health]));
}
