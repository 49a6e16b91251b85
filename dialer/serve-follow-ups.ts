import { listOwnFollowUps } from '../src/db/ready-accounts';
import type { Gate } from './create-gate';
import { reserveNext, type ReserveResult } from './reserve';
import { showNext, type ShowResult } from './show-next';

export interface FollowUpOptions {
  readonly gate: Gate;
  /** Campaigns that may get a call. */
  readonly campaignIds: readonly string[];
  /** Of these an account is shown, and nobody called. */
  readonly shows: ReadonlySet<string>;
  readonly onMiss: () => void;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
}

/**
 * Who took a promise that broke gets its account before another one is given to them, whoever else has
 * been ready for longer: one each. Others get it once it has waited {@link KEPT_FOR_SECONDS}.
 */
export async function serveFollowUps(
  options: FollowUpOptions,
): Promise<(ReserveResult | ShowResult)[]> {
  const { gate, shows, onMiss, onError } = options;
  const served: (ReserveResult | ShowResult)[] = [];
  for (const { campaignId, agentId } of await listOwnFollowUps(gate.db, options.campaignIds)) {
    const take = shows.has(campaignId) ? showNext : reserveNext;
    try {
      served.push(await take(gate, campaignId, onMiss, agentId));
    } catch (error) {
      onError(error, { campaignId });
    }
  }
  return served;
}
