import type { PromiseRoom } from '../domain/promise-input';
import { readCollectionPolicy } from './collection-policies';
import { one, type Queryable } from './database';
import { BOOKS_DATE } from './books-date';

/** Where nothing is promised. */
export const NO_ROOM: PromiseRoom = { horizonDays: 0, promisedMinor: 0n };

/** An account past due for longer than this has the longer horizon, days. */
const EARLY_DAYS = 30;

/**
 * How far a promise of the account may go. A promise for itself takes the place of the one before it, so
 * only what an agreement waits for stands beside it.
 */
export async function readPromiseRoom(db: Queryable, accountId: string): Promise<PromiseRoom> {
  const { creditorId, daysPastDue, promisedMinor } = one(
    await db.query<{ creditorId: string; daysPastDue: number; promisedMinor: bigint }>(
      `select a.creditor_id as "creditorId", ${BOOKS_DATE} - a.due_date as "daysPastDue",
         coalesce((select sum(p.amount_minor - p.kept_minor) from promise p
           where p.account_id = a.id and p.agreement_id is not null
             and p.state in ('proposed', 'approved', 'open', 'partially_kept')), 0)::bigint
           as "promisedMinor"
       from account a where a.id = $1`,
      [accountId],
    ),
    `account ${accountId}`,
  );
  const { policy } = await readCollectionPolicy(db, creditorId);
  const { horizonDays, lateHorizonDays } = policy.promise;
  return {
    horizonDays: daysPastDue <= EARLY_DAYS ? horizonDays : lateHorizonDays,
    promisedMinor,
  };
}
