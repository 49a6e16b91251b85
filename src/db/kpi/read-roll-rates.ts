import type { Bucket } from '../../domain/campaign-document/account-filter';
import type { Queryable } from '../database';
import { BOOK_PAIR, BUCKET_AT_FIRST, BUCKET_AT_LAST } from './kpi-facts';
import { ASKED, kpiValues, type KpiScope } from './kpi-scope';
import { roundTo6 } from './read-kpis';

/** Accounts that were in one bucket on the first day and in another, or out of the book, on the last. */
export interface RollRate {
  readonly from: Bucket;
  readonly to: Bucket | 'paid' | 'closed';
  readonly currency: string;
  readonly accounts: number;
  /** What they owed on the first day, minor units, as text. */
  readonly dueMinor: string;
  /** Of the accounts of `from` in this currency. */
  readonly shareOfAccounts: number;
  readonly shareOfDue: number | null;
}

/**
 * Where accounts rolled between the first and the last day of these that were seen. Empty where fewer
 * than two days were.
 */
export async function readRollRates(db: Queryable, scope: KpiScope): Promise<RollRate[]> {
  const { rows } = await db.query<
    Pick<RollRate, 'from' | 'to' | 'currency' | 'accounts' | 'dueMinor'>
  >(
    `with ${ASKED}
     select ${BUCKET_AT_FIRST} as "from", ${BUCKET_AT_LAST} as "to", b.currency, count(*)::int as accounts,
       sum(b.due_minor)::text as "dueMinor"
     ${BOOK_PAIR} group by 1, 2, 3 order by 1, 2, 3`,
    kpiValues(scope),
  );
  return rows.map((row) => {
    const all = rows.filter(({ from, currency }) => from === row.from && currency === row.currency);
    const accounts = all.reduce((sum, one) => sum + one.accounts, 0);
    const due = all.reduce((sum, one) => sum + Number(one.dueMinor), 0);
    return {
      ...row,
      shareOfAccounts: roundTo6(row.accounts / accounts),
      shareOfDue: due === 0 ? null : roundTo6(Number(row.dueMinor) / due),
    };
  });
}
