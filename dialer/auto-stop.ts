import { countCampaignHours, readAutoStopEvidence } from '../src/db/auto-stop-evidence';
import { findCampaign, type Campaign } from '../src/db/campaigns';
import type { Database, Queryable } from '../src/db/database';
import { pullKillSwitch, tryLockKillTarget, type KillSwitch } from '../src/db/kill-switches';
import { listActiveCampaigns } from '../src/db/selection';
import { autoStopLimits, decideAutoStop, type AutoStopVerdict } from '../src/domain/auto-stop';

export interface AutoStopOptions {
  readonly db: Database;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
}

const ACTOR = 'auto_stop';

/**
 * Looks at every running campaign and pulls the switch of those whose figures say so. Any number of
 * schedulers may do it at once: each switch is pulled once.
 * @returns the switches that this turn pulled
 */
export async function runAutoStop(options: AutoStopOptions): Promise<KillSwitch[]> {
  const pulled: KillSwitch[] = [];
  for (const { id, state, isStopped } of await listActiveCampaigns(options.db)) {
    if (state !== 'running' || isStopped) continue;
    try {
      const killSwitch = await stopIfDue(options.db, id);
      if (killSwitch !== null) pulled.push(killSwitch);
    } catch (error) {
      // one campaign that cannot be looked at must not hide the others
      options.onError(error, { campaignId: id });
    }
  }
  return pulled;
}

async function stopIfDue(db: Database, campaignId: string): Promise<KillSwitch | null> {
  const campaign = await findCampaign(db, campaignId);
  if (campaign === null) return null;
  await countCampaignHours(db, campaignId);
  if ((await judge(db, campaign)) === null) return null;
  return db.transaction(async (tx) => {
    const target = { scope: 'campaign', scopeId: campaignId } as const;
    // another scheduler is at it, or a person is
    if (!(await tryLockKillTarget(tx, target))) return null;
    // looked at again under the lock: a release in between makes the calls before it count no more
    const verdict = await judge(tx, campaign);
    if (verdict === null) return null;
    const { rule, figures, reason } = verdict;
    const automatic = { rule, figures };
    const input = { ...target, reason, automatic, cancelRinging: false, actor: ACTOR };
    const pulled = await pullKillSwitch(tx, input);
    return pulled?.isNew === true ? pulled.killSwitch : null;
  });
}

async function judge(db: Queryable, campaign: Campaign): Promise<AutoStopVerdict | null> {
  const { autoStop, costCapMinor } = campaign.settings;
  const limits = autoStopLimits(autoStop);
  const capMinor = costCapMinor === undefined ? null : BigInt(costCapMinor);
  const evidence = await readAutoStopEvidence(db, campaign.id, limits, capMinor);
  return decideAutoStop(limits, capMinor, evidence);
}
