import type { RuleFigures } from '../domain/rule-firing';
import { hasSkillsOf } from './agent-skills';
import { one, type Queryable } from './database';
import { idsOfLatestDays } from './new-id';

/** What the automatic rules of a campaign look at now; of the attempts, only those of today. */
export async function readRuleFigures(db: Queryable, campaignId: string): Promise<RuleFigures> {
  // since midnight, and reserved within the hours before it was dialed
  const reserved = idsOfLatestDays(2);
  return one(
    await db.query<RuleFigures>(
      `with books as (
         select date_trunc('day', now(), 'Asia/Jakarta') as today, now() - interval '1 hour' as hour),
       calls as materialized (
         select t.id, t.result, t.answered_at, t.dialed_at >= books.hour as is_last_hour,
           t.dialed_at >= books.today as is_today
         from attempt t, books
         where t.campaign_id = $1 and t.counted and t.state = 'ended'
           and t.result not in ('cancelled', 'unknown')
           and t.id >= $2 and t.id < $3),
       lately as (select * from calls where is_last_hour)
       select
         (select count(*)::int from agent_session s where s.state = 'ready'
           and exists (select from agent_pool ap join campaign_pool cp on cp.pool_id = ap.pool_id
             where ap.agent_id = s.agent_id and cp.campaign_id = $1)
           and ${hasSkillsOf('s.agent_id', '$1')}) as "readyAgents",
         (select count(*)::int from lately) as calls,
         (select count(*)::int from lately where answered_at is not null) as answered,
         (select count(*)::int from lately join outcome o on o.attempt_id = lately.id
           where o.attempt_id >= $2 and o.attempt_id < $3 and o.code like 'RPC\\_%') as "rightParties",
         (select count(*)::int from lately where result = 'abandoned') as abandoned,
         (select count(*)::int from calls where is_today) as "callsToday",
         (select count(*)::int from calls join promise p on p.attempt_id = calls.id
           where p.number = 1 and is_today) as "promisesToday"`,
      [campaignId, reserved.from, reserved.to],
    ),
    'figures of a campaign',
  );
}
