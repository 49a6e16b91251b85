import type { Database, Transaction } from '../src/db/database';
import { learnFromHistory } from '../src/db/keeping-models';

export interface KeepingReport {
  /** `yyyy-mm-dd`, of the books. */
  readonly day: string;
  /** Creditors whose history was looked at by this call. */
  readonly looked: number;
  readonly finished: boolean;
}

/**
 * Learns once a day, creditor by creditor, what people keep of what is agreed with them. Each creditor is
 * a transaction: a process that dies is followed by one that goes on where it ended, two at once take
 * turns, and a second call on the day changes nothing.
 * @param today the date of the books, asked before each creditor
 */
export async function learnKeepingDay(db: Database, today: () => string): Promise<KeepingReport> {
  const day = today();
  await db.query('insert into keeping_day (day) values ($1) on conflict do nothing', [day]);
  let looked = 0;
  while (today() === day && (await db.transaction((tx) => learnNext(tx, day)))) looked += 1;
  const { rows } = await db.query<{ finished: boolean }>(
    'select finished_at is not null as finished from keeping_day where day = $1',
    [day],
  );
  return { day, looked, finished: rows[0]?.finished === true };
}

/** False: nobody is left, or another process is at it. */
async function learnNext(tx: Transaction, day: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string | null }>(
    `select (select id from creditor where k.after_id is null or id > k.after_id order by id limit 1) as id
     from keeping_day k where day = $1 and finished_at is null for update skip locked`,
    [day],
  );
  const [at] = rows;
  if (at === undefined) return false;
  if (at.id !== null) await learnFromHistory(tx, at.id, day);
  await tx.query(
    `update keeping_day set after_id = coalesce($2, after_id),
       finished_at = case when $2::uuid is null then clock_timestamp() end where day = $1`,
    [day, at.id],
  );
  return at.id !== null;
}
