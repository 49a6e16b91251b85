import { cellsOf, type KeepingCount } from '../domain/keeping-facts';
import { learnKeeping, type KeepingModel } from '../domain/keeping-model';
import type { Queryable, Transaction } from './database';
import { KEPT_HISTORY } from './kept-history';

/** What was learned of a creditor's history on a day. */
export interface KeptModel {
  readonly id: string;
  /** ISO date of the books. */
  readonly day: string;
  readonly model: KeepingModel;
}

/** The one in force; null: nothing was learned yet. */
export async function readKeepingModel(
  db: Queryable,
  creditorId: string,
): Promise<KeptModel | null> {
  const { rows } = await db.query<KeptModel>(
    `select id, day::text, model from keeping_model where creditor_id = $1 order by day desc limit 1`,
    [creditorId],
  );
  return rows[0] ?? null;
}

/** Counts a creditor's history, and keeps it where it is another one than before. @param day ISO date */
export async function learnFromHistory(
  tx: Transaction,
  creditorId: string,
  day: string,
): Promise<void> {
  const { rows } = await tx.query<KeepingCount>(
    `select kind, cause, bucket, strain_percent as "strainPercent",
       broken_promises as "brokenPromises", count(*)::int as n, (count(*) filter (where kept))::int as kept
     from (${KEPT_HISTORY}) h group by 1, 2, 3, 4, 5`,
    [creditorId],
  );
  const cells = cellsOf(rows);
  await tx.query(
    `insert into keeping_model (creditor_id, day, cells, model)
     select $1, $2, $3::jsonb, $4 where $3::jsonb is distinct from coalesce((select cells from keeping_model
       where creditor_id = $1 order by day desc limit 1), '[]')
     on conflict (creditor_id, day) do nothing`,
    [creditorId, day, JSON.stringify(cells), JSON.stringify(learnKeeping(cells))],
  );
}
