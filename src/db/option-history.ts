import type { OptionHistory } from '../domain/option';
import { one, type Queryable } from './database';

/** What was agreed on an account in the last 12 months. */
export async function readOptionHistory(db: Queryable, accountId: string): Promise<OptionHistory> {
  return one(
    await db.query<OptionHistory & Record<string, unknown>>(
      `select
         (count(*) filter (where kind = 'reschedule' and active_at > now() - interval '1 year'))::int as reschedules,
         (count(*) filter (where kind = 'deferment' and active_at > now() - interval '1 year'))::int as deferments,
         (count(*) filter (where broken_at > now() - interval '1 year'))::int as broken,
         (select count(*)::int from promise where account_id = $1 and state = 'broken'
            and decided_at > now() - interval '1 year') as "brokenPromises",
         coalesce(bool_or(state = 'active'), false) as "isRunning"
       from agreement where account_id = $1`,
      [accountId],
    ),
    'history of agreements',
  );
}
