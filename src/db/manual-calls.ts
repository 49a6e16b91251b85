import { hasSkillsOf } from './agent-skills';
import type { Queryable } from './database';

/** What an agent's wish to call an account meets. */
export interface ManualTarget {
  /** A running campaign of the account's creditor that the agent works for and has the skills of; null: none. */
  readonly campaignId: string | null;
  /** The number is the person's; true when none was asked for. */
  readonly phoneKnown: boolean;
}

/** Null: no such account. */
export async function findManualTarget(
  db: Queryable,
  wish: { readonly accountId: string; readonly phoneId: string | null; readonly agentId: string },
): Promise<ManualTarget | null> {
  const { rows } = await db.query<ManualTarget>(
    `select
       (select c.id from campaign c
         join campaign_pool cp on cp.campaign_id = c.id
         join agent_pool ap on ap.pool_id = cp.pool_id and ap.agent_id = $3
         where c.creditor_id = a.creditor_id and c.state = 'running'
           and ${hasSkillsOf('$3', 'c.id')}
         order by c.id limit 1) as "campaignId",
       $2::uuid is null or exists (
         select from phone where id = $2 and debtor_id = a.debtor_id) as "phoneKnown"
     from account a where a.id = $1`,
    [wish.accountId, wish.phoneId, wish.agentId],
  );
  return rows[0] ?? null;
}
