import type { Database } from '../src/db/database';
import { listActiveCampaigns } from '../src/db/selection';
import { settleCampaign } from '../src/db/campaign-settling';
import type { SipQueue } from '../src/queue/sip-queue';
import { endAttempt } from '../src/db/attempts';
import { reserveNext } from './gate';

export interface LoopReport {
  readonly reserved: number;
  readonly denials: number;
}

export interface LoopOptions {
  readonly db: Database;
  readonly queue: SipQueue;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
  /** Most reservations a turn, so that one turn stays short. */
  readonly maxReservations?: number;
}

const MAX_RESERVATIONS = 100;

/**
 * One turn of the scheduler, progressive 1:1: a call for every ready agent, campaigns in turn, one
 * reservation at a time. Any number of schedulers may run turns at once: the database decides who
 * gets which agent and which person.
 */
export async function runCampaignTurn(options: LoopOptions): Promise<LoopReport> {
  const campaigns = await listActiveCampaigns(options.db);
  for (const campaign of campaigns) {
    if (campaign.state !== 'running' && campaign.openAttempts === 0) {
      await settleCampaign(options.db, campaign.id);
    }
  }
  let willing = campaigns.filter((campaign) => campaign.state === 'running').map(({ id }) => id);
  let reserved = 0;
  let denials = 0;
  const limit = options.maxReservations ?? MAX_RESERVATIONS;
  while (willing.length > 0 && reserved < limit) {
    const next: string[] = [];
    for (const campaignId of willing) {
      const turn = await reserveNext(options.db, campaignId);
      if (turn.kind === 'nothing_due') denials += turn.denials;
      if (turn.kind !== 'reserved') continue;
      if (!(await ring(options, turn))) return { reserved, denials };
      reserved += 1;
      next.push(campaignId);
    }
    willing = next;
  }
  return { reserved, denials };
}

/** Rings the doorbell. Without a queue the reservation is given back at once; nothing was dialed. */
async function ring(
  options: LoopOptions,
  reservation: { attemptId: string; sipInstanceId: string },
): Promise<boolean> {
  const { attemptId, sipInstanceId } = reservation;
  try {
    await options.queue.send(sipInstanceId, { name: 'dial', attemptId });
    return true;
  } catch (error) {
    options.onError(error, { attemptId });
    await options.db.transaction((tx) =>
      endAttempt(tx, attemptId, { result: 'expired', cause: 'queue_away', actor: 'scheduler' }),
    );
    return false;
  }
}
