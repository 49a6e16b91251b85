import { ADVISORY_LOCK } from './advisory-lock';
import { recordAudit } from './audit';
import { one, type Database, type Queryable, type Transaction } from './database';
import { LOCK_TIMEOUT_MS, unlessBusy, type MonthOfTable } from './partitions';

/** What still needs the months before `before` (`yyyy-mm`), in words; empty: nothing does. */
export async function findObstacles(db: Queryable, before: string): Promise<string[]> {
  const needs = one(
    await db.query<Record<keyof typeof OBSTACLES, number>>(
      `with bound as (select $1::date as first_day,
         first_id_at($1::date::timestamp at time zone 'UTC') as first_id)
       select
         (select count(*)::int from open_attempt, bound b where attempt_id < b.first_id) as "openAttempts",
         (select count(*)::int from promise, bound b
           where state in ('proposed', 'approved', 'open', 'partially_kept') and attempt_id < b.first_id) as "openPromises",
         (select count(*)::int from attempt t, bound b where t.id < b.first_id and t.result = 'connected'
           and not exists (select from outcome o where o.attempt_id = t.id)) as "outcomesMissing",
         (select count(*)::int from ledger_queue, bound b where subject_id < b.first_id) as unchained,
         (select count(*)::int from (
           select distinct chain, day from ledger_entry, bound b where day < b.first_day) e
           where not exists (select from ledger_root r
             where r.chain = e.chain and r.day = e.day)) as "openDays"`,
      [`${before}-01`],
    ),
    'what needs the months',
  );
  return Object.entries(OBSTACLES)
    .filter(([need]) => needs[need as keyof typeof OBSTACLES] > 0)
    .map(([need, words]) => `${needs[need as keyof typeof OBSTACLES]} ${words}`);
}

const OBSTACLES = {
  openAttempts: 'attempts of then are still open: their calls must end',
  openPromises: 'promises made then are still open: they must be decided or cancelled',
  outcomesMissing: 'talks of then have no outcome: their agents must record it',
  unchained: 'records of then wait to be chained: the workers do it',
  openDays:
    'days of chains have no signed root: the workers make it, two minutes after midnight UTC',
} as const;

/** The models of the best moment are made anew from all that was ever learnt from. */
const NEEDED_WHOLE = ['best_time_evidence'];

/** Attached months before `before` (`yyyy-mm`) that can go, the oldest first. */
export async function listMonthsBefore(db: Queryable, before: string): Promise<MonthOfTable[]> {
  const { rows } = await db.query<MonthOfTable>(
    `select c.relname as "table", replace(right(k.relname, 7), '_', '-') as month
     from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
       and c.relnamespace = current_schema()::regnamespace
     join pg_inherits i on i.inhparent = c.oid join pg_class k on k.oid = i.inhrelid
     where k.relname ~ '_\\d{4}_\\d\\d$' and replace(right(k.relname, 7), '_', '-') < $1
       and c.relname <> all($2)
     order by 2, 1`,
    [before, NEEDED_WHOLE],
  );
  return rows;
}

/** The name of a month that was taken out. */
export const detachedName = ({ table, month }: MonthOfTable): string =>
  `detached.${table}_${month.replace('-', '_')}`;

/**
 * Takes a month out of its table, into the schema `detached`, as it is: nothing is deleted, and what is
 * kept as it was written stays so. What is needed for longer stays in the default partition too:
 * decisions that the ledger speaks of in a month that stays, and whom was asked where a debtor is,
 * for that is asked once and never again.
 * @param before the first month that stays, `yyyy-mm`
 * @returns false: a lock was not to be had in time, and nothing was changed
 */
export async function detachPartition(
  db: Database,
  of: MonthOfTable,
  { before, actor }: { readonly before: string; readonly actor: string },
): Promise<boolean> {
  const done = await unlessBusy(() =>
    db.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.partitions]);
      await takeOut(tx, of);
      await keepOutliving(tx, of, before);
      await tx.query(
        'insert into detached_partition (table_name, month, detached_by) values ($1, $2, $3)',
        [of.table, `${of.month}-01`, actor],
      );
      await recordAudit(tx, {
        ...{ creditorId: null, actor, action: 'partition.detached', subject: 'partition' },
        ...{ subjectId: `${of.table} ${of.month}`, before: { state: 'attached' } },
        ...{ after: { state: 'detached' }, reason: null },
      });
      return true;
    }),
  );
  return done ?? false;
}

/** Names from the catalogue, of tables that this product made: they need no quoting but their own. */
async function takeOut(tx: Transaction, of: MonthOfTable): Promise<void> {
  const partition = `${of.table}_${of.month.replace('-', '_')}`;
  await tx.query('create schema if not exists detached');
  await tx.query(`alter table "${of.table}" detach partition "${partition}"`);
  await tx.query(`alter table "${partition}" set schema detached`);
  const { rows: references } = await tx.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'f'`,
    [detachedName(of)],
  );
  for (const { name } of references) {
    await tx.query(`alter table ${detachedName(of)} drop constraint "${name}"`);
  }
  const kept = await tx.query(
    `select from pg_trigger where tgrelid = $1::regclass and tgname = 'kept'`,
    [`"${of.table}"`],
  );
  if (kept.rowCount === 0) return;
  await tx.query(
    `create trigger kept before update or delete on ${detachedName(of)}
     for each row execute function refuse_change()`,
  );
}

/**
 * What outlives its month, by its table; `$1` is the first day that stays. Around midnight a decision
 * may be chained on the day after its own. Whom was asked where a debtor is is asked once; months
 * go table by table in the order of names: the attempts are back when their outcomes go.
 */
const OUTLIVING: Readonly<Record<string, string>> = {
  decision: `id in (select subject_id from ledger_entry where kind = 'decision' and day >= $1::date
    and subject_id < first_id_at($1::date::timestamp at time zone 'UTC'))`,
  attempt: `purpose = 'locate' and $1::date is not null`,
  outcome: `attempt_id in (select id from attempt
    where purpose = 'locate' and id < first_id_at($1::date::timestamp at time zone 'UTC'))`,
};

/** Nothing is written anew by it: what follows from a first writing does not follow again. */
async function keepOutliving(tx: Transaction, of: MonthOfTable, before: string): Promise<void> {
  const which = OUTLIVING[of.table];
  if (which === undefined) return;
  await tx.query(`alter table "${of.table}_default" disable trigger user`);
  await tx.query(
    `insert into "${of.table}_default" select * from ${detachedName(of)} where ${which}`,
    [`${before}-01`],
  );
  await tx.query(`alter table "${of.table}_default" enable trigger user`);
}

/** The first day of the ledger that is attached, `yyyy-mm-dd`; null: nothing was ever detached. */
export async function readLedgerStart(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ start: string | null }>(
    `select (max(month) + interval '1 month')::date as start from detached_partition
     where table_name = 'ledger_entry'`,
  );
  return rows[0]?.start ?? null;
}
