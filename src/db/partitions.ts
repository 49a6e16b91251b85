import { ADVISORY_LOCK } from './advisory-lock';
import { sqlState, type Database, type Queryable } from './database';

/** How many months are kept ready beyond the present one. */
const MONTHS_AHEAD = 2;

/**
 * What is made or detached waits no longer than this for its locks: whatever comes behind it in
 * their queues waits as long.
 */
export const LOCK_TIMEOUT_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';

/** Every monthly table, by its catalogue: whatever is partitioned in the product's schema. */
const MONTHLY = `pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    and c.relnamespace = current_schema()::regnamespace`;

/** A month of a monthly table. */
export interface MonthOfTable {
  readonly table: string;
  /** `yyyy-mm`, UTC. */
  readonly month: string;
}

export interface CreatedPartitions {
  readonly created: readonly MonthOfTable[];
  /** Not made: a lock was not to be had in time. Another turn will. */
  readonly busy: readonly MonthOfTable[];
}

/**
 * Makes the present month and the next two of every monthly table, where they are missing; a second
 * run, or one beside it, makes nothing twice.
 * @param month this one instead, `yyyy-mm`: an older one takes over what the default partition has of
 *   it; one that was detached is not made again
 */
export async function createPartitions(db: Database, month?: string): Promise<CreatedPartitions> {
  const { rows } = await db.query<MonthOfTable>(
    `select c.relname as "table", to_char(m, 'YYYY-MM') as month
     from ${MONTHLY}
     cross join generate_series(
       coalesce($1::date, date_trunc('month', now() at time zone 'UTC')),
       coalesce($1::date, date_trunc('month', now() at time zone 'UTC') + $2 * interval '1 month'),
       interval '1 month') m
     where to_regclass(format('%I', c.relname || to_char(m, '_YYYY_MM'))) is null
       and not exists (select from detached_partition d where d.table_name = c.relname and d.month = m)
     order by m, c.relname`,
    [month === undefined ? null : `${month}-01`, MONTHS_AHEAD],
  );
  const created: MonthOfTable[] = [];
  const busy: MonthOfTable[] = [];
  for (const missing of rows) {
    const made = await createPartition(db, missing);
    if (made === null) busy.push(missing);
    else if (made) created.push(missing);
  }
  return { created, busy };
}

/** False: somebody else has made it; null: a lock was not to be had. */
function createPartition(db: Database, { table, month }: MonthOfTable): Promise<boolean | null> {
  return unlessBusy(() =>
    db.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.partitions]);
      const { rows } = await tx.query<{ made: boolean }>(
        'select create_partition($1::regclass, $2::date) as made',
        [table, `${month}-01`],
      );
      return rows[0]?.made === true;
    }),
  );
}

/** What `work` gives; null: a lock that it needs was not to be had in time, and nothing was changed. */
export async function unlessBusy<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return null;
    throw error;
  }
}

export interface Partition extends MonthOfTable {
  /** Attached; taken out and still there; or taken out and dropped since. */
  readonly state: 'attached' | 'detached' | 'dropped';
  /** As the statistics have it; null: they have not seen it, or it is dropped. */
  readonly rows: number | null;
  /** With indexes. */
  readonly bytes: number;
}

/** Every month of every monthly table, the oldest first. */
export async function listPartitions(db: Queryable): Promise<Partition[]> {
  const { rows } = await db.query<Partition>(
    `select c.relname as "table", replace(right(k.relname, 7), '_', '-') as month, 'attached' as state,
       nullif(k.reltuples, -1)::float8 as rows, pg_total_relation_size(k.oid)::float8 as bytes
     from ${MONTHLY}
     join pg_inherits i on i.inhparent = c.oid join pg_class k on k.oid = i.inhrelid
     where k.relname ~ '_\\d{4}_\\d\\d$'
     union all
     select d.table_name, to_char(d.month, 'YYYY-MM'), case when k.oid is null then 'dropped' else 'detached' end,
       nullif(k.reltuples, -1)::float8, coalesce(pg_total_relation_size(k.oid), 0)::float8
     from detached_partition d
     left join pg_class k on k.oid = to_regclass('detached.' || d.table_name || to_char(d.month, '_YYYY_MM'))
     order by month, "table"`,
  );
  return rows;
}

/** How it stands with the months of the tables that grow. */
export interface PartitionHealth {
  /** Months that every table has ready beyond the present one; negative: not even that. */
  readonly monthsAhead: number;
  /**
   * Rows that lie in no month although theirs should have been made: kept in the default partition,
   * counted up to 1,000 a table. Rows from before the first month lie there rightly.
   */
  readonly strays: readonly { readonly table: string; readonly rows: number }[];
}

export async function readPartitionHealth(db: Queryable): Promise<PartitionHealth> {
  const { rows } = await db.query<{
    table: string;
    key: string;
    firstBound: string;
    ahead: number;
  }>(
    `select c.relname as "table", a.attname as key, month_bound(c.oid, m.first) as "firstBound",
       ((extract(year from m.last) - extract(year from now() at time zone 'UTC')) * 12
         + extract(month from m.last) - extract(month from now() at time zone 'UTC'))::int as ahead
     from ${MONTHLY} join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0]
     cross join lateral (
       select min(month) as first, max(month) as last
       from (select to_date(right(k.relname, 7), 'YYYY_MM') as month
         from pg_inherits i join pg_class k on k.oid = i.inhrelid
         where i.inhparent = c.oid and k.relname ~ '_\\d{4}_\\d\\d$') months) m
     order by 1`,
  );
  const strays: { table: string; rows: number }[] = [];
  for (const { table, key, firstBound } of rows) {
    // names from the catalogue, of tables that this product made
    const found = await db.query<{ rows: number }>(
      `select count(*)::int as rows
       from (select from "${table}_default" where "${key}" >= $1 limit 1000) strays`,
      [firstBound],
    );
    const count = found.rows[0]?.rows ?? 0;
    if (count > 0) strays.push({ table, rows: count });
  }
  return { monthsAhead: Math.min(...rows.map(({ ahead }) => ahead)), strays };
}
