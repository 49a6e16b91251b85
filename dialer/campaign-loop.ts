import { listActiveCampaigns } from '../src/db/selection';
import { settleCampaign } from '../src/db/campaign-settling';
import type { SipQueue } from '../src/queue/sip-queue';
import { endAttempt } from '../src/db/attempts';
import type { Gate } from './create-gate';
import { reserveNext } from './reserve';

export interface LoopReport {
  readonly reserved: number;
  readonly denials: number;
}

export interface LoopOptions {
  readonly gate: Gate;
  readonly queue: SipQueue;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
  /** Most reservations a turn, so that one turn stays short. */
  readonly maxReservations?: number;
}

const MAX_RESERVATIONS = 100;

/** Reservations under way at once: each waits for Postgres most of its time. */
const LANES = 4;

/**
 * One turn of the scheduler, progressive 1:1: a call for every ready agent, campaigns in turn. Any
 * number of schedulers may run turns at once: the database decides who gets which agent and which
 * person.
 */
export async function runCampaignTurn(options: LoopOptions): Promise<LoopReport> {
  const campaigns = await listActiveCampaigns(options.gate.db);
  for (const campaign of campaigns) {
    if (campaign.state !== 'running' && campaign.openAttempts === 0) {
      await settleCampaign(options.gate.db, campaign.id);
    }
  }
  // of one that is stopped nothing is asked: its agents stay ready, for other campaigns too
  const willing = campaigns
    .filter(({ state, isStopped }) => state === 'running' && !isStopped)
    .map(({ id }) => id);
  const turn: Turn = {
    willing,
    next: 0,
    left: options.maxReservations ?? MAX_RESERVATIONS,
    reserved: 0,
    denials: 0,
    failed: new Set(),
  };
  await Promise.all(Array.from({ length: LANES }, () => runLane(options, turn)));
  return { reserved: turn.reserved, denials: turn.denials };
}

/** What the lanes of one turn share. */
interface Turn {
  /** Campaigns that may get a further reservation. */
  willing: string[];
  next: number;
  left: number;
  reserved: number;
  denials: number;
  /** Told of once a turn, though several lanes may meet it. */
  readonly failed: Set<string>;
}

async function runLane(options: LoopOptions, turn: Turn): Promise<void> {
  while (turn.left > 0) {
    const campaignId = turn.willing[turn.next++ % turn.willing.length];
    if (campaignId === undefined) return;
    turn.left -= 1;
    // one campaign that cannot be decided about must not stop the others
    const result = await reserveNext(options.gate, campaignId).catch(
      (error: unknown) => ({ kind: 'failed', error }) as const,
    );
    if (result.kind === 'reserved') {
      if (await ring(options, result)) turn.reserved += 1;
      else turn.willing = [];
    } else {
      turn.left += 1;
      if (result.kind === 'failed' && !turn.failed.has(campaignId)) {
        turn.failed.add(campaignId);
        options.onError(result.error, { campaignId });
      }
      turn.willing = turn.willing.filter((id) => id !== campaignId);
      if (result.kind === 'nothing_due') turn.denials += result.denials;
    }
  }
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
    await options.gate.db.transaction((tx) =>
      endAttempt(tx, attemptId, { result: 'expired', cause: 'queue_away', actor: 'scheduler' }),
    );
    return false;
  }
}
