import type { Database } from './database';

const CHUNK = 500;

interface NewRules {
  readonly part: 'pack' | 'calendar';
  readonly id: string;
  readonly version: string;
}

/**
 * An account that was denied waits for the instant at which it would be allowed, by the rules of
 * then. When other rules begin to bind, that instant may be too late (a day that is no holiday any
 * more), and nobody would look at the account until it comes. So whoever waits on a rule that
 * another version or revision now speaks for is looked at again at once: the gate decides anew, and
 * what is still denied waits again. What an agent or a promise put off is not touched. Any number
 * of processes may run it; what fails half-way is taken up again by the next turn.
 * @returns how many accounts were let go
 */
export async function releaseWaitingAccounts(db: Database): Promise<number> {
  const { rows } = await db.query<NewRules>(
    `select 'pack' as part, pack_id as id, version::text from rule_pack_version
     where state = 'approved' and waiting_released_at is null and binds_from <= clock_timestamp()
     union all
     select 'calendar', calendar_id, revision from calendar_revision
     where state = 'approved' and waiting_released_at is null and binds_from <= clock_timestamp()`,
  );
  let released = 0;
  for (const rules of rows) released += await releaseFor(db, rules);
  return released;
}

async function releaseFor(db: Database, { part, id, version }: NewRules): Promise<number> {
  const failed =
    part === 'pack'
      ? '$.failing[*] ? (@.pack == $id)'
      : '$.failing[*] ? (@.kind == "holiday" && @.inputs.calendar == $id)';
  const table = part === 'pack' ? 'rule_pack_version' : 'calendar_revision';
  const [idColumn, versionColumn] =
    part === 'pack' ? ['pack_id', 'version::text'] : ['calendar_id', 'revision'];
  let released = 0;
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null;) {
    const result: { rows: { last: string | null; count: number }[] } = await db.query(
      `with chunk as (
         select w.id, w.next_attempt_at, w.put_off_until from account w
         where w.id > $1 and w.status = 'open' and w.blocked_reason is null
           and w.next_attempt_at > now()
         order by w.id limit ${CHUNK}),
       waiting as (
         select chunk.id from chunk
         cross join lateral (select d.at, d.verdict from decision d where d.account_id = chunk.id
           order by d.id desc limit 1) last
         -- the numbers of one person are asked about at one instant
         cross join lateral (
           select min(d.next_allowed_at) as allowed_at,
             bool_or(jsonb_path_exists(d.record::jsonb, $2::jsonpath, $3::jsonb)) as by_it
           from (select * from decision d where d.account_id = chunk.id order by d.id desc limit 10) d
           where d.at = last.at) asked
         where last.verdict = 'deny' and asked.by_it
           and last.at < (select binds_from from ${table}
             where ${idColumn} = $4 and ${versionColumn} = $5)
           -- put off by that denial and by nothing since; the gate spreads over a minute
           and chunk.next_attempt_at - coalesce(asked.allowed_at, last.at + interval '24 hours')
             between interval '-1 minute' and interval '2 minutes'
         union
         -- put off with others of its likeness, of which one was asked about: whatever rule it was
         select id from chunk where put_off_until = next_attempt_at),
       moved as (
         update account a set next_attempt_at = now(), updated_at = now()
         from waiting where a.id = waiting.id returning a.id)
       select (select max(id::text) from chunk) as last, (select count(*)::int from moved) as count`,
      [after, failed, JSON.stringify({ id }), id, version],
    );
    after = result.rows[0]?.last ?? null;
    released += result.rows[0]?.count ?? 0;
  }
  await db.query(
    `update ${table} set waiting_released_at = clock_timestamp()
     where ${idColumn} = $1 and ${versionColumn} = $2 and waiting_released_at is null`,
    [id, version],
  );
  return released;
}
