import type { Bucket } from '../domain/campaign-document/account-filter';
import type { BucketSeen, CashSeen, PromiseSeen } from '../domain/cash-forecast';
import { booksDate } from './books-date';
import { bucketName } from './bucket-name';
import type { Queryable } from './database';
import { idsOfLatestDays } from './new-id';

/** Promises that amounts and days are drawn from, the latest. */
const PROMISES = 2_000;

/** The bucket of account `a` on the books' date of an instant. */
const bucketAt = (at: string): string => bucketName(`(${booksDate(at)} - a.due_date)`);

/** What the creditor's talks of the last days came to, in its own currency. */
export async function readCashSeen(
  db: Queryable,
  creditor: { readonly id: string; readonly currency: string },
  days: number,
): Promise<CashSeen> {
  const since = idsOfLatestDays(days);
  const made = `select p.amount_minor, p.state, p.created_at, p.id, ${bucketAt('p.created_at')} as bucket,
      greatest(0, p.due_date - ${booksDate('p.created_at')}) as after_days
    from promise p join account a on a.id = p.account_id
    where p.creditor_id = $1 and p.currency = $4 and p.attempt_id >= $2 and p.attempt_id < $3
      -- of a plan the first instalment: it is one promise of one talk
      and p.number = 1 and p.state not in ('proposed', 'superseded')`;
  const values = [creditor.id, since.from, since.to, creditor.currency];
  const buckets = await db.query<BucketSeen>(
    `with talks as (
       select ${bucketAt('o.recorded_at')} as bucket, count(*)::int as contacts
       from outcome o join account a on a.id = o.account_id
       where o.creditor_id = $1 and o.attempt_id >= $2 and o.attempt_id < $3
         and o.code like 'RPC\\_%' group by 1),
     made as (${made}),
     promised as (
       select bucket, count(*)::int as promises, count(*) filter (where state = 'kept')::int as kept,
         count(*) filter (where state = 'broken')::int as broken from made group by 1)
     select bucket, coalesce(contacts, 0) as contacts, coalesce(promises, 0) as promises,
       coalesce(kept, 0) as kept, coalesce(broken, 0) as broken
     from talks full join promised using (bucket) order by bucket`,
    values,
  );
  const promises = await db.query<PromiseSeen & { readonly bucket: Bucket }>(
    `select bucket, amount_minor::text as "amountMinor", after_days as "afterDays"
     from (${made} order by p.id desc limit ${String(PROMISES)}) made`,
    values,
  );
  const { currency } = creditor;
  return { days, currency, buckets: buckets.rows, promises: promises.rows };
}
