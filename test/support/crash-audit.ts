import type { Database } from '../../src/db/database';

/** What may never be, and each case of it. All empty: the invariants held. */
export interface CrashAudit {
  /** By number, from the carrier's side. */
  readonly dialedTwice: string[];
  /** INVITEs at the carrier that no counted attempt accounts for. */
  readonly uncountedInvites: string[];
  readonly personsCountedTwice: string[];
  readonly personsWithTwoOpenAttempts: string[];
  readonly attemptsWithoutEnd: string[];
  readonly openAttempts: string[];
  readonly busySessions: string[];
  readonly callsWithoutEnd: string[];
  readonly legsWithoutEnd: string[];
  /** A talk whose agent was never asked for the outcome, or could not give it. */
  readonly talksWithoutOutcome: string[];
}

/** Holds the database against what the carrier saw, after the campaign has drained. */
export async function auditDialing(
  db: Database,
  invitesSeen: ReadonlyMap<string, number>,
): Promise<CrashAudit> {
  const list = async (sql: string): Promise<string[]> =>
    (await db.query<{ case: string }>(sql)).rows.map((row) => row.case);
  const counted = await db.query<{ e164: string; attempts: number }>(
    `select p.e164, count(*)::int as attempts from attempt t join phone p on p.id = t.phone_id
     where t.counted group by p.e164`,
  );
  const countedOf = new Map(counted.rows.map((row) => [row.e164, row.attempts]));
  const seen = [...invitesSeen];
  return {
    dialedTwice: seen.filter(([, n]) => n > 1).map(([number, n]) => `${number}: ${n} INVITEs`),
    uncountedInvites: seen
      .filter(([number, n]) => n > (countedOf.get(number) ?? 0))
      .map(([number, n]) => `${number}: ${n} INVITEs, ${countedOf.get(number) ?? 0} counted`),
    personsCountedTwice: await list(
      `select debtor_id || ': ' || string_agg(id || ' ' || result, ', ' order by id) as "case"
       from attempt where counted group by debtor_id having count(*) > 1`,
    ),
    personsWithTwoOpenAttempts: await list(
      `select a.debtor_id || ': ' || a.id || ' and ' || b.id as "case"
       from attempt a join attempt b on b.debtor_id = a.debtor_id and b.id > a.id
         and tstzrange(a.created_at, a.ended_at) && tstzrange(b.created_at, b.ended_at)`,
    ),
    attemptsWithoutEnd: await list(
      `select id || ' ' || state as "case" from attempt where state <> 'ended'`,
    ),
    openAttempts: await list(`select attempt_id::text as "case" from open_attempt`),
    busySessions: await list(
      `select id || ' ' || state as "case" from agent_session
       where state in ('reserved', 'ringing', 'in_call', 'hold')`,
    ),
    callsWithoutEnd: await list(`select id::text as "case" from call where ended_at is null`),
    legsWithoutEnd: await list(
      `select l.id || ' ' || l.kind || ' of ' || t.id || ' ' || t.result as "case"
       from call_leg l join call c on c.id = l.call_id join attempt t on t.id = c.attempt_id
       where l.ended_at is null`,
    ),
    talksWithoutOutcome: await list(
      `select t.id::text as "case" from attempt t where t.result = 'connected'
         and not exists (select 1 from outcome o where o.attempt_id = t.id)`,
    ),
  };
}

/** Attempts by result. */
export async function attemptResults(db: Database): Promise<Record<string, number>> {
  const { rows } = await db.query<{ result: string; count: number }>(
    `select coalesce(result, state) as result, count(*)::int as count from attempt
     group by 1 order by 2 desc`,
  );
  return Object.fromEntries(rows.map((row) => [row.result, row.count]));
}
