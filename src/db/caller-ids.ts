import {
  assessCallerId,
  REST_DAYS,
  type CallerIdAlarm,
  type CallerIdFigures,
  type CallerIdPast,
} from '../domain/caller-id-reputation';
import type { QualityFigures } from '../domain/trunk-quality';
import { recordAudit } from './audit';
import { booksDate } from './books-date';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';

const ACTOR = 'caller-id-watch';
const KEPT_DAYS = 30;

/** The rest of a number that is not shown for a while. */
export interface CallerIdRest {
  readonly fromAt: Date;
  readonly untilAt: Date;
  readonly reason: string;
  readonly alarms: readonly CallerIdAlarm[];
  readonly setBy: string;
}

/** A number that trunks may show, or that was shown in the latest two weeks. */
export interface CallerId {
  readonly e164: string;
  readonly trunkIds: readonly string[];
  /** Calls that showed it today; counted while a trunk that may show it has a limit. */
  readonly callsToday: number;
  /** The latest 24 hours. */
  readonly recent: CallerIdFigures;
  /** The 14 days before them. */
  readonly usual: CallerIdFigures;
  /** Null: it is shown. */
  readonly rest: CallerIdRest | null;
}

/**
 * Adds five minutes of calls to the numbers that they showed, and lets those rest that do worse.
 * @param shown what the calls from `from` on came to, by number
 */
export async function measureCallerIds(
  tx: Transaction,
  from: Date,
  shown: ReadonlyMap<string, QualityFigures>,
): Promise<void> {
  for (const [callerId, figures] of shown) {
    await tx.query(
      `insert into caller_id_hour as h (caller_id, hour, calls, answered, short)
       values ($1, date_trunc('hour', $2::timestamptz, 'UTC'), $3, $4, $5)
       on conflict (caller_id, hour) do update set calls = h.calls + excluded.calls,
         answered = h.answered + excluded.answered, short = h.short + excluded.short`,
      [callerId, from, figures.effective, figures.answered, figures.short],
    );
  }
  if (shown.size > 0) await assess(tx, from, [...shown.keys()]);
  await tx.query(
    `delete from caller_id_hour where hour < $1::timestamptz - $2 * interval '1 day'`,
    [from, KEPT_DAYS],
  );
  await tx.query(
    `delete from caller_id_day where day < ${booksDate('$1::timestamptz')} - $2::int`,
    [from, KEPT_DAYS],
  );
}

const SUM = (which: string): string =>
  `jsonb_build_object('calls', coalesce(sum(calls) ${which}, 0),
     'answered', coalesce(sum(answered) ${which}, 0), 'short', coalesce(sum(short) ${which}, 0))`;
const RECENT = `filter (where hour > $1::timestamptz - interval '24 hours')`;
const USUAL = `filter (where hour <= $1::timestamptz - interval '24 hours')`;
const TWO_WEEKS = `hour > $1::timestamptz - interval '15 days' and hour <= $1::timestamptz`;

/** One that rests already is left alone: it may still be shown where there is no other. */
async function assess(tx: Transaction, at: Date, shown: readonly string[]): Promise<void> {
  const { rows } = await tx.query<CallerIdPast & { callerId: string }>(
    `select s.caller_id as "callerId", own.recent, own.usual,
       jsonb_build_object('recent', others.recent, 'usual', others.usual) as others
     from unnest($2::text[]) s (caller_id),
       lateral (select ${SUM(RECENT)} as recent, ${SUM(USUAL)} as usual
         from caller_id_hour h where h.caller_id = s.caller_id and ${TWO_WEEKS}) own,
       lateral (select ${SUM(RECENT)} as recent, ${SUM(USUAL)} as usual
         from caller_id_hour h where h.caller_id <> s.caller_id and ${TWO_WEEKS}) others
     where not exists (select from caller_id_rest r
       where r.caller_id = s.caller_id and r.until_at > clock_timestamp())`,
    [at, shown],
  );
  for (const { callerId, ...past } of rows) {
    const alarms = assessCallerId(past);
    if (alarms.length === 0) continue;
    const reason = 'people answer it less, or hang up at once, more than they used to';
    await restCallerId(tx, { e164: callerId, days: REST_DAYS, reason, alarms, actor: ACTOR });
  }
}

/** Lets a number rest from now on; a rest that stands is replaced. */
export async function restCallerId(
  tx: Transaction,
  input: {
    readonly e164: string;
    readonly days: number;
    readonly reason: string;
    readonly alarms: readonly CallerIdAlarm[];
    readonly actor: string;
  },
): Promise<void> {
  const { e164, days, reason, alarms, actor } = input;
  await tx.query(
    `insert into caller_id_rest (caller_id, until_at, reason, alarms, set_by)
     values ($1, now() + $2 * interval '1 day', $3, $4, $5)
     on conflict (caller_id) do update set from_at = now(), until_at = excluded.until_at,
       reason = excluded.reason, alarms = excluded.alarms, set_by = excluded.set_by`,
    [e164, days, reason, JSON.stringify(alarms), actor],
  );
  await recordAudit(tx, {
    ...{ creditorId: null, actor, action: 'caller_id.rested', subject: 'caller_id' },
    ...{ subjectId: e164, before: null, after: { days, alarms }, reason },
  });
  await appendEvent(tx, { type: 'caller_id.rested', payload: { e164, days, reason, alarms } });
}

/** Ends the rest of a number. @returns false: it does not rest */
export async function endCallerIdRest(
  tx: Transaction,
  input: { readonly e164: string; readonly reason: string; readonly actor: string },
): Promise<boolean> {
  const { e164, reason, actor } = input;
  const { rowCount } = await tx.query(
    'delete from caller_id_rest where caller_id = $1 and until_at > clock_timestamp()',
    [e164],
  );
  if (rowCount !== 1) return false;
  await recordAudit(tx, {
    ...{ creditorId: null, actor, action: 'caller_id.returned', subject: 'caller_id' },
    ...{ subjectId: e164, before: null, after: null, reason },
  });
  await appendEvent(tx, { type: 'caller_id.returned', payload: { e164, reason } });
  return true;
}

/** By number. */
export async function listCallerIds(db: Queryable, now: Date): Promise<CallerId[]> {
  const { rows } = await db.query<
    Omit<CallerId, 'rest'> & (CallerIdRest | { readonly untilAt: null })
  >(
    `with figures as (select caller_id, ${SUM(RECENT)} as recent, ${SUM(USUAL)} as usual
         from caller_id_hour where ${TWO_WEEKS} group by caller_id),
       owned as (select c as caller_id, array_agg(t.id order by t.id) as trunk_ids
         from trunk t, unnest(t.caller_ids) c group by c),
       none as (select jsonb_build_object('calls', 0, 'answered', 0, 'short', 0) as figures)
     select caller_id as e164, coalesce(o.trunk_ids, '{}') as "trunkIds",
       coalesce((select d.calls from caller_id_day d where d.caller_id = coalesce(f.caller_id, o.caller_id)
         and d.day = ($1 at time zone 'Asia/Jakarta')::date), 0) as "callsToday",
       coalesce(f.recent, none.figures) as recent, coalesce(f.usual, none.figures) as usual,
       r.from_at as "fromAt", r.until_at as "untilAt", r.reason, r.alarms, r.set_by as "setBy"
     from figures f full join owned o using (caller_id)
       left join caller_id_rest r using (caller_id) cross join none
     order by caller_id`,
    [now],
  );
  return rows.map((row) => {
    const { e164, trunkIds, callsToday, recent, usual } = row;
    return { e164, trunkIds, callsToday, recent, usual, rest: restOf(row, now) };
  });
}

function restOf(row: CallerIdRest | { readonly untilAt: null }, now: Date): CallerIdRest | null {
  if (row.untilAt === null || row.untilAt <= now) return null;
  const { fromAt, untilAt, reason, alarms, setBy } = row;
  return { fromAt, untilAt, reason, alarms, setBy };
}
