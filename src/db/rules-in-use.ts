import { one, type Queryable, type Transaction } from './database';

/** For which countries anybody calls, and which packs anybody names. */
export async function readRulesInUse(
  db: Queryable,
): Promise<{ countries: string[]; packIds: string[] }> {
  const result = await db.query<{ countries: string[]; packIds: string[] }>(
    `select (select coalesce(array_agg(distinct country::text), '{}') from creditor) as countries,
       (select coalesce(array_agg(distinct id), '{}') from (
         select unnest(rule_packs) as id from creditor
         union select unnest(rule_packs) from campaign where state not in ('done', 'archived')) named) as "packIds"`,
  );
  return one(result, 'the rules in use');
}

/**
 * May this be told now? Once a day over all processes, for each year of a calendar.
 * @returns true for whoever asked first
 */
export async function claimCalendarAlarm(
  tx: Transaction,
  gap: { calendarId: string; year: number; reason: string },
): Promise<boolean> {
  const { rows } = await tx.query(
    `insert into calendar_alarm as a (calendar_id, year, reason) values ($1, $2, $3)
     on conflict (calendar_id, year) do update set reason = excluded.reason, told_at = clock_timestamp()
       where a.told_at <= clock_timestamp() - interval '1 day' or a.reason <> excluded.reason
     returning year`,
    [gap.calendarId, gap.year, gap.reason],
  );
  return rows.length > 0;
}
