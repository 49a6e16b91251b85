import { campaignCondition, parametersAfter, type CampaignChoice } from './account-filter';
import type { Queryable } from './database';

/** Accounts that a choice would call until an instant: spread by a hash, the same each time. */
export async function samplePlanned(
  db: Queryable,
  choice: Pick<CampaignChoice, 'creditorId' | 'filter' | 'reminders'>,
  until: Date,
  limit: number,
): Promise<string[]> {
  const { values, parameter } = parametersAfter(choice.creditorId, until, limit);
  const { rows } = await db.query<{ id: string }>(
    `select a.id from account a join debtor d on d.id = a.debtor_id
     where a.creditor_id = $1 and a.status = 'open' and a.blocked_reason is null
       and a.next_attempt_at < $2 and ${campaignCondition(choice, parameter)}
     order by md5(a.id::text) limit $3`,
    values,
  );
  return rows.map(({ id }) => id);
}
