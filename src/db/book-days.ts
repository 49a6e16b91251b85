import type { Database, Transaction } from './database';

/** Accounts of one transaction: longer ones would keep readers of events waiting. */
const BATCH = 2_000;

export interface BookDayReport {
  /** `yyyy-mm-dd`, of the books. */
  readonly day: string;
  /** Accounts that were looked at by this call. */
  readonly looked: number;
  /** The day is seen whole: now, or before. */
  readonly finished: boolean;
}

/**
 * Looks at every account once on this day, and keeps how it stands where that is news: migrations/0039.
 * Batch by batch, each in its own transaction; a process that dies is followed by one that goes on
 * where it ended, and two at once take turns. A second call on the day changes nothing.
 * @param today the date of the books, asked before each batch: no day is written after it is over
 */
export async function seeBookDay(
  db: Database,
  today: () => string,
  batch = BATCH,
): Promise<BookDayReport> {
  const day = today();
  await db.query('insert into book_day (day) values ($1) on conflict do nothing', [day]);
  let looked = 0;
  while (today() === day) {
    const seen = await db.transaction((tx) => seeBatch(tx, day, batch));
    if (seen === null) break;
    looked += seen;
  }
  const { rows } = await db.query<{ finished: boolean }>(
    'select finished_at is not null as finished from book_day where day = $1',
    [day],
  );
  return { day, looked, finished: rows[0]?.finished === true };
}

/** Null: there is nothing left to look at, or another process is at it. */
async function seeBatch(tx: Transaction, day: string, batch: number): Promise<number | null> {
  const { rows } = await tx.query<{ afterId: string | null; from: string }>(
    `select after_id as "afterId",
       -- what stood last was written in the month of the day that was seen last, or after
       date_trunc('month', coalesce((select max(e.day) from book_day e
         where e.day < b.day and e.finished_at is not null), b.day))::date as "from"
     from book_day b where day = $1 and finished_at is null for update skip locked`,
    [day],
  );
  const [at] = rows;
  if (at === undefined) return null;
  const seen = await tx.query<{ looked: number; lastId: string | null }>(SEE, [
    day,
    at.afterId,
    batch,
    at.from,
  ]);
  const { looked = 0, lastId = null } = seen.rows[0] ?? {};
  await tx.query(
    `update book_day set after_id = coalesce($2, after_id),
       finished_at = case when $3 then clock_timestamp() end where day = $1`,
    [day, lastId, looked < batch],
  );
  return looked;
}

/** May account `a` be called at all? As the why of a campaign has it, without what hangs on the hour. */
const SELECTABLE = `(a.status = 'open' and a.blocked_reason is null
  and exists (select from phone p where p.debtor_id = a.debtor_id and p.owner = 'debtor' and p.status = 'active')
  and not exists (select from hold h where h.debtor_id = a.debtor_id and h.lifted_at is null
    and (h.account_id is null or h.account_id = a.id)
    and (h.creditor_id is null or h.creditor_id = a.creditor_id)
    and h.from_at <= now() and (h.to_at is null or h.to_at > now())))`;

const SEE = `with batch as materialized (
    select a.* from account a where $2::uuid is null or a.id > $2 order by a.id limit $3),
  standing as (
    select a.id, a.creditor_id, a.debtor_id, a.status, ${SELECTABLE} as selectable, a.due_date,
      a.amount_due_minor, a.currency
    from batch a),
  written as (
    insert into account_day (account_id, day, creditor_id, debtor_id, status, selectable, due_date, due_minor,
      currency)
    select n.id, $1, n.creditor_id, n.debtor_id, n.status, n.selectable, n.due_date, n.amount_due_minor, n.currency
    from standing n left join lateral (
      select l.day, l.status, l.selectable, l.due_date, l.due_minor from account_day l
      where l.account_id = n.id and l.day >= $4 and l.day < $1 order by l.day desc limit 1) l on true
    where case when n.status = 'open' then l.day is null or l.day < date_trunc('month', $1::date)
        or (l.status, l.selectable, l.due_date, l.due_minor)
          is distinct from (n.status, n.selectable, n.due_date, n.amount_due_minor)
      else l.status = 'open' end
    on conflict do nothing)
  select count(*)::int as looked, (select id from batch order by id desc limit 1) as "lastId" from batch`;
