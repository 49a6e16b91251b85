import { z } from 'zod';
import type { ProtectionPolicy } from '../domain/collection-policy/protection';
import { endOfWorkingDay } from '../domain/working-days';
import type { Queryable } from './database';

/** Of a calendar's body, what a deadline needs of it. */
const days = z.object({
  entries: z.record(
    z.string(),
    z.union([
      z.string(),
      z.object({
        type: z.string(),
        status: z.string().optional(),
        regions: z.array(z.string()).optional(),
      }),
    ]),
  ),
});

/** Days off for everybody; regional and company days are working days of somebody. */
const OFF: readonly string[] = ['national', 'cuti_bersama'];

const FIRM: { status?: string; regions?: string[] } = {};

/** The end of the n-th working day after an instant, by the calendar that binds at the moment. */
export async function workingDayDeadline(
  db: Queryable,
  from: Date,
  workingDays: number,
  policy: Pick<ProtectionPolicy, 'calendar' | 'officeZone'>,
): Promise<Date> {
  const { rows } = await db.query<{ body: string }>(
    `select body from calendar_revision
     where calendar_id = $1 and state = 'approved' and binds_from <= clock_timestamp()
     order by binds_from desc, revision desc limit 1`,
    [policy.calendar],
  );
  const body = rows[0]?.body;
  const daysOff = body === undefined ? new Set<string>() : daysOffOf(body);
  return endOfWorkingDay(from, workingDays, { zone: policy.officeZone, daysOff });
}

function daysOffOf(body: string): ReadonlySet<string> {
  const { entries } = days.parse(JSON.parse(body));
  return new Set(
    Object.entries(entries).flatMap(([date, day]) => {
      const { type, status, regions } = typeof day === 'string' ? { ...FIRM, type: day } : day;
      return OFF.includes(type) && status !== 'cancelled' && regions === undefined ? [date] : [];
    }),
  );
}
