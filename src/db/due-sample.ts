import type { AccountFilter } from '../domain/campaign-document/account-filter';
import type { CampaignSettings } from '../domain/campaign-settings';
import { campaignCondition, parametersAfter } from './account-filter';
import type { Queryable } from './database';

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
  const campaigns = await db.query<{
    id: string;
    filter: AccountFilter;
    settings: CampaignSettings;
  }>(
    `select id, filter, settings from campaign where state not in ('done', 'archived') order by id`,
  );
  const { values, parameter } = parametersAfter(limit);
  const takes = campaigns.rows.map(
    ({ id, filter, settings: { reminders } }) =>
      `when c.id = ${parameter(id)}::uuid then ${campaignCondition({ filter, reminders }, parameter)}`,
  );
  if (takes.length === 0) return { accounts: [], total: 0 };
  const { rows } = await db.query<DueAccount & { total: number }>(
    `select a.id as "accountId", c.id as "campaignId", (count(*) over ())::int as total
     from campaign c join account a on a.creditor_id = c.creditor_id
     join debtor d on d.id = a.debtor_id
     where case ${takes.join(' ')} else false end
       and a.status = 'open' and a.blocked_reason is null
     order by md5(a.id::text || c.id::text) limit $1`,
    values,
  );
  return {
    accounts: rows.map(({ accountId, campaignId }) => ({ accountId, campaignId })),
    total: rows[0]?.total ?? 0,
  };
}
