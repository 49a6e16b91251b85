import type { StandingSwitch } from '../domain/kill-switch';
import type { Queryable } from './database';

/**
 * The switches that stand within the reach of one call, oldest first. Asked anew in the gate's
 * transaction at every look: a statement sees what was committed before it began.
 */
export async function readKillSwitches(
  tx: Queryable,
  reach: {
    readonly creditorId: string;
    readonly campaignId: string;
    readonly trunkIds: readonly string[];
  },
): Promise<StandingSwitch[]> {
  const { rows } = await tx.query<StandingSwitch>(
    `select id, scope, scope_id as "scopeId" from kill_switch
     where released_at is null and (scope = 'all' or (scope = 'creditor' and scope_id = $1)
       or (scope = 'campaign' and scope_id = $2) or (scope = 'trunk' and scope_id = any($3)))
     order by id`,
    [reach.creditorId, reach.campaignId, reach.trunkIds],
  );
  return rows;
}
