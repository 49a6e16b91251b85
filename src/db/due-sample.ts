import type { Queryable } from './database';
import { CAMPAIGN_ACCOUNTS } from './selection';

export interface DueAccount {
  readonly accountId: string;
  readonly campaignId: string;
}

/**
 * Open accounts of campaigns that are not done, as the campaigns' filters take them, spread over all
 * of them: the ids grow with time, so a hash draws. The same call draws the same accounts.
 */
export async function sampleOpenAccounts(
  db: Queryable,
  limit: number,
): Promise<{ readonly accounts: readonly DueAccount[]; readonly total: number }> {
  const { rows } = await db.query<DueAccount & { total: number }>(
    `select a.id as "accountId", c.id as "campaignId", (count(*) over ())::int as total
     from ${CAMPAIGN_ACCOUNTS}
     where c.state <> 'done' and a.status = 'open' and a.blocked_reason is null
     order by md5(a.id::text || c.id::text) limit $1`,
    [limit],
  );
  return {
    accounts: rows.map(({ accountId, campaignId }) => ({ accountId, campaignId })),
    total: rows[0]?.total ?? 0,
  };
}
