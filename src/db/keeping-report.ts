import type { OutcomeBin } from '../domain/calibration';
import type { Queryable } from './database';
import { KEPT_HISTORY } from './kept-history';

/**
 * What became of options that were agreed with a chance of being kept told beside them, by tenths of that
 * chance: of those that could be judged for the first time within the span.
 * @param of the creditor, null: any; from and to instants, null: without that end
 */
export async function readKeepingBins(
  db: Queryable,
  of: { readonly creditorId: string | null; readonly from: Date | null; readonly to: Date | null },
): Promise<OutcomeBin[]> {
  const { rows } = await db.query<OutcomeBin>(
    `select least(9, floor(keeping_chance * 10))::int as tenth, count(*)::int as n,
       sum(keeping_chance) as expected, (count(*) filter (where kept))::int as came,
       sum((keeping_chance - kept::int) ^ 2) as squares
     from (${KEPT_HISTORY}) h
     where keeping_chance is not null and ($2::timestamptz is null or over_at >= $2)
       and ($3::timestamptz is null or over_at < $3)
     group by 1 order by 1`,
    [of.creditorId, of.from, of.to],
  );
  return rows;
}
