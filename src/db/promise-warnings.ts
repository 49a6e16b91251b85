import { paydayWarning, type StatedPayday } from '../domain/promise-payday';
import type { Said } from '../domain/said';
import type { Queryable } from './database';

/** What is told of something that was recorded all the same. */
export interface PromiseWarning {
  readonly field: 'promise.dueDate';
  readonly code: 'no_money_expected';
  readonly said: Said;
}

/** Of a promise that is due on a date, by what is known of its person. */
export async function readPromiseWarnings(
  db: Queryable,
  { accountId, dueDate }: { readonly accountId: string; readonly dueDate: string },
): Promise<PromiseWarning[]> {
  const { rows } = await db.query<StatedPayday & Record<string, unknown>>(
    `select y.kind, y.day from account a join payday y on y.debtor_id = a.debtor_id
     where a.id = $1 order by y.id desc limit 1`,
    [accountId],
  );
  const said = paydayWarning(rows[0] ?? null, dueDate);
  return said === null ? [] : [{ field: 'promise.dueDate', code: 'no_money_expected', said }];
}
