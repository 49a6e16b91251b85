import { DateTime } from 'luxon';
import type { CallsSeen, HourSeen } from '../domain/day-forecast';
import { candidateZones } from '../domain/province-zone';
import type { Queryable } from './database';
import { idsOfLatestDays } from './new-id';

interface Row {
  /** Start of an hour of the day, UTC, on the books' date. */
  readonly at: Date;
  readonly day: string;
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly calls: number;
  readonly answered: number;
  readonly rightParties: number;
  readonly heldSeconds: number;
  readonly heldSquares: number;
}

/** Longest wrap-up that counts as work on the call: what is recorded later was done later. */
const WRAP_UP_SECONDS = 300;

/**
 * The creditor's calls of the last days by hour of the day at the person; of a person whose zone is
 * one of several, the first.
 */
export async function readCallsSeen(
  db: Queryable,
  creditorId: string,
  days: number,
): Promise<CallsSeen> {
  const since = idsOfLatestDays(days);
  const { rows } = await db.query<Row>(
    `select date_trunc('hour', t.dialed_at) as at, (t.dialed_at at time zone 'Asia/Jakarta')::date as day,
       d.province, d.stated_zone as "statedZone", count(*)::int as calls,
       count(*) filter (where t.answered_at is not null)::int as answered,
       count(*) filter (where o.code like 'RPC\\_%')::int as "rightParties",
       sum(held.seconds)::float8 as "heldSeconds",
       sum(held.seconds * held.seconds)::float8 as "heldSquares"
     from attempt t join debtor d on d.id = t.debtor_id
     left join outcome o on o.attempt_id = t.id and o.attempt_id >= $2 and o.attempt_id < $3
     cross join lateral (select extract(epoch from t.ended_at - t.created_at)
       + case when t.result = 'connected' then coalesce(least(${WRAP_UP_SECONDS},
           extract(epoch from o.recorded_at - t.ended_at)), 0) else 0 end as seconds) held
     where t.creditor_id = $1 and t.counted and t.state = 'ended'
       and t.result not in ('cancelled', 'unknown')
       and t.id >= $2 and t.id < $3
     group by 1, 2, 3, 4`,
    [creditorId, since.from, since.to],
  );
  const hours = new Map<number, HourSeen>();
  const byDay = new Map<string, { calls: number; rightParties: number }>();
  let calls = 0;
  let heldSeconds = 0;
  let heldSquares = 0;
  for (const row of rows) {
    const zone = candidateZones(row)[0] ?? 'Asia/Jakarta';
    const { hour } = DateTime.fromJSDate(row.at, { zone });
    const before = hours.get(hour) ?? { hour, calls: 0, answered: 0, rightParties: 0 };
    hours.set(hour, {
      hour,
      calls: before.calls + row.calls,
      answered: before.answered + row.answered,
      rightParties: before.rightParties + row.rightParties,
    });
    const day = byDay.get(row.day) ?? { calls: 0, rightParties: 0 };
    byDay.set(row.day, {
      calls: day.calls + row.calls,
      rightParties: day.rightParties + row.rightParties,
    });
    calls += row.calls;
    heldSeconds += row.heldSeconds;
    heldSquares += row.heldSquares;
  }
  const most = Math.max(1, calls);
  return {
    days,
    hours: [...hours.values()].sort((a, b) => a.hour - b.hour),
    byDay: [...byDay.values()],
    held: { meanSeconds: heldSeconds / most, squareMean: heldSquares / most },
  };
}
