import {
  endedAlike,
  retryPlan,
  type EndedAttempt,
  type RetrySettings,
} from '../domain/campaign-document/retry-plan';
import type { Retries } from '../domain/dial-retry';
import type { Queryable } from './database';
import { settingsFor } from './experiment-arm';
import { idsOfLatestDays } from './new-id';

/** Beyond it a row of attempts is as good as without end. */
const LOOKED_AT = 101;

/**
 * What the campaign says of retries now, of a challenger's person the challenger, and how many attempts on the account ended like its newest,
 * one after another within 24 h; without a campaign the usual. The newest must have ended in this transaction.
 */
export async function readRetries(
  db: Queryable,
  attempt: { readonly campaignId: string | null; readonly accountId: string },
): Promise<Retries> {
  const lately = idsOfLatestDays(1);
  const { rows } = await db.query<{ retry: RetrySettings | null; ended: EndedAttempt[] }>(
    `select ${settingsFor(`(select debtor_id from account where id = $2)`)}->'retry' as retry, coalesce((
         select jsonb_agg(jsonb_build_object('result', t.result, 'code', (select o.code from outcome o
             where o.attempt_id = t.id and o.attempt_id >= $3 and o.attempt_id < $4)) order by t.id desc)
         from (select id, result from attempt where account_id = $2 and counted and state = 'ended'
             and id >= $3 and id < $4
           order by id desc limit ${LOOKED_AT}) t), '[]') as ended
     from campaign c where c.id = $1`,
    [attempt.campaignId, attempt.accountId, lately.from, lately.to],
  );
  const { retry, ended } = rows[0] ?? { retry: null, ended: [] };
  return { plan: retryPlan(retry ?? {}), inARow: Math.max(1, endedAlike(ended)) };
}
