import {
  assessQuality,
  recentFigures,
  type QualityAlarm,
  type QualityFigures,
} from '../domain/trunk-quality';
import { ADVISORY_LOCK } from './advisory-lock';
import { measureCallerIds } from './caller-ids';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { firstIdAt } from './new-id';

export const QUALITY_SPAN_MS = 300_000;
/** A call id is made before its INVITE, and fail-over takes its time. */
const CALL_BEFORE_INVITE_MS = 180_000;
const CLOCK_MARGIN_MS = 60_000;
const RECENT_SPANS = 12;
const USUAL_DAYS = 7;
const KEPT_DAYS = 30;

/** Debtors' legs on a trunk to which the same happened. */
export interface LegGroup {
  readonly trunkId: string;
  /** The number that they were shown; null: none is known. */
  readonly callerId: string | null;
  /** The final status; null: none came. */
  readonly status: number | null;
  readonly hasRung: boolean;
  readonly isAnswered: boolean;
  readonly legs: number;
  /** Over within six seconds of the answer. */
  readonly short: number;
  /** Rang or were answered at once, and how long that took together, ms. */
  readonly rung: number;
  readonly postDialDelayMs: number;
}

/** The legs whose INVITE left in the five minutes from `from` on: one range of the legs' key. */
async function countLegs(db: Queryable, from: Date): Promise<LegGroup[]> {
  const fromMs = from.getTime();
  const to = new Date(fromMs + QUALITY_SPAN_MS);
  const { rows } = await db.query<LegGroup>(
    `select trunk_id as "trunkId", caller_id as "callerId", sip_status as status, ringing_at is not null as "hasRung",
       answered_at is not null as "isAnswered", count(*)::int as legs,
       (count(*) filter (where ended_at - answered_at < interval '6 s'))::int as short,
       count(coalesce(ringing_at, answered_at))::int as rung,
       coalesce(sum(extract(epoch from coalesce(ringing_at, answered_at) - invited_at)), 0)::float8
         * 1000 as "postDialDelayMs"
     from call_leg
     where kind = 'customer' and trunk_id is not null and sip_call_id is not null
       and call_id >= $1 and call_id < $2 and invited_at >= $3 and invited_at < $4
     group by 1, 2, 3, 4, 5`,
    [
      firstIdAt(new Date(fromMs - CALL_BEFORE_INVITE_MS)),
      firstIdAt(new Date(to.getTime() + CLOCK_MARGIN_MS)),
      from,
      to,
    ],
  );
  return rows;
}

/**
 * Counts what became of the calls of five minutes, once for all processes, and holds each trunk
 * against its own latest week: event and weight follow; and each number that was shown against its past. False: another process has or had it.
 *
 * @param figuresOf what the legs of one trunk come to
 */
export function measureTrunks(
  db: Database,
  from: Date,
  figuresOf: (groups: readonly LegGroup[]) => QualityFigures,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock($1)
         and not exists (select from trunk_quality where from_at = $2) as mine`,
      [ADVISORY_LOCK.trunkQuality, from],
    );
    if (rows[0]?.mine !== true) return false;
    const groups = await countLegs(tx, from);
    for (const trunkId of new Set(groups.map((group) => group.trunkId))) {
      const own = groups.filter((group) => group.trunkId === trunkId);
      await keepFigures(tx, trunkId, from, figuresOf(own));
    }
    for (const past of await listPasts(tx, from)) await assess(tx, past);
    const shown = [...new Set(groups.flatMap(({ callerId }) => callerId ?? []))];
    const ofCallerId = (callerId: string) =>
      figuresOf(groups.filter((group) => group.callerId === callerId));
    await measureCallerIds(tx, from, new Map(shown.map((one) => [one, ofCallerId(one)])));
    await tx.query(
      `delete from trunk_quality where from_at < $1::timestamptz - $2 * interval '1 day'`,
      [from, KEPT_DAYS],
    );
    return true;
  });
}

async function keepFigures(
  tx: Transaction,
  trunkId: string,
  from: Date,
  figures: QualityFigures,
): Promise<void> {
  const { seizures, answered, effective, short, rung, postDialDelayMs } = figures;
  await tx.query(
    `insert into trunk_quality (trunk_id, from_at, seizures, answered, effective, short, rung,
       post_dial_delay_ms)
     select t.id, $2, $3, $4, $5, $6, $7, $8 from trunk t where t.id = $1 on conflict do nothing`,
    [trunkId, from, seizures, answered, effective, short, rung, Math.round(postDialDelayMs)],
  );
}

interface TrunkPast {
  readonly trunkId: string;
  readonly alarms: readonly QualityAlarm[];
  /** Newest first. */
  readonly recent: readonly QualityFigures[];
  readonly usual: QualityFigures;
}

/** A sum over the rows of `q`, or one row, as JSON. */
const FIGURES = (of: (column: string) => string): string =>
  `jsonb_build_object('seizures', ${of('seizures')}, 'answered', ${of('answered')},
     'effective', ${of('effective')}, 'short', ${of('short')}, 'rung', ${of('rung')},
     'postDialDelayMs', ${of('post_dial_delay_ms')})`;

async function listPasts(db: Queryable, newest: Date): Promise<TrunkPast[]> {
  const { rows } = await db.query<TrunkPast>(
    `select h.trunk_id as "trunkId", h.quality_alarms as alarms,
       coalesce((select jsonb_agg(${FIGURES((column) => `q.${column}`)} order by q.from_at desc)
         from trunk_quality q where q.trunk_id = h.trunk_id and q.from_at > $2 and q.from_at <= $1),
         '[]') as recent,
       (select ${FIGURES((column) => `coalesce(sum(q.${column}), 0)`)} from trunk_quality q
         where q.trunk_id = h.trunk_id and q.from_at > $3 and q.from_at <= $2) as usual
     from trunk_health h`,
    [
      newest,
      new Date(newest.getTime() - RECENT_SPANS * QUALITY_SPAN_MS),
      new Date(newest.getTime() - USUAL_DAYS * 86_400_000),
    ],
  );
  return rows;
}

async function assess(tx: Transaction, past: TrunkPast): Promise<void> {
  const { trunkId } = past;
  const { alarms, weightFactor } = assessQuality(recentFigures(past.recent), past.usual);
  const hadAlarms = past.alarms.length > 0;
  if (alarms.length === 0 && !hadAlarms) return;
  await tx.query(
    'update trunk_health set quality_alarms = $2, weight_factor = $3 where trunk_id = $1',
    [trunkId, JSON.stringify(alarms), weightFactor],
  );
  if (hadAlarms === alarms.length > 0) return;
  await appendEvent(tx, {
    type: hadAlarms ? 'trunk.quality_recovered' : 'trunk.quality_dropped',
    payload: { trunkId, alarms: hadAlarms ? past.alarms : alarms, weightFactor },
  });
}
