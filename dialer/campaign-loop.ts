import { listOwnFollowUps } from '../src/db/ready-accounts';
import { listActiveCampaigns } from '../src/db/selection';
import { settleCampaign } from '../src/db/campaign-settling';
import type { SipQueue } from '../src/queue/sip-queue';
import { endAttempt } from '../src/db/attempts';
import { USUAL_SHARE } from '../src/domain/campaign-document/share';
import type { Gate } from './create-gate';
import { reserveNext } from './reserve';
import { serveCallbacks } from './serve-callbacks';
import { showNext } from './show-next';
import {
  EMPTY_QUEUE,
  forgetOthers,
  given,
  serve,
  serveNext,
  takenBack,
  type Contender,
  type FairQueue,
} from './select/fair-queue';

export interface LoopReport {
  readonly reserved: number;
  readonly denials: number;
  /** Accounts that were shown to agents. */
  readonly shown: number;
  /** Accounts that were chosen as ready, and then denied: what is asked about beforehand is seldom. */
  readonly misses: number;
}

export interface LoopOptions {
  readonly gate: Gate;
  readonly queue: SipQueue;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
  /** Most reservations a turn, so that one turn stays short. */
  readonly maxReservations?: number;
  /** Who was served in the turns before; kept from turn to turn. */
  readonly fairness?: Fairness;
}

/** What is shared between campaigns and creditors beyond one turn. */
export interface Fairness {
  queue: FairQueue;
}

export const newFairness = (): Fairness => ({ queue: EMPTY_QUEUE });

const MAX_RESERVATIONS = 100;

/** Reservations under way at once: each waits for Postgres most of its time. */
const LANES = 4;

/**
 * One turn of the scheduler, progressive 1:1: a call for every ready agent, shared between creditors
 * by weight, then between the campaigns of each by priority and weight; of one in preview mode an account is shown, of
 * one in manual mode its agents ask for the calls. Any number
 * of schedulers may run turns at once: the database decides who gets which agent and which person.
 */
export async function runCampaignTurn(options: LoopOptions): Promise<LoopReport> {
  const campaigns = await listActiveCampaigns(options.gate.db);
  for (const campaign of campaigns) {
    if (campaign.state !== 'running' && campaign.openAttempts === 0) {
      await settleCampaign(options.gate.db, campaign.id);
    }
  }
  // who was promised a call comes before who was not
  const callbacks = await serveCallbacks(options.gate).catch((error: unknown) => {
    options.onError(error, { callbacks: true });
    return { reserved: [], missed: 0, denials: 0 };
  });
  for (const reserved of callbacks.reserved) await ring(options, reserved);
  // of one that is stopped nothing is asked: its agents stay ready, for other campaigns too
  const willing = campaigns
    .filter((one) => one.state === 'running' && one.mode !== 'manual' && !one.isStopped)
    .map(({ id, creditorId, creditorWeight, share }): Contender => {
      return { campaignId: id, creditorId, creditorWeight, share: { ...USUAL_SHARE, ...share } };
    });
  const fairness = options.fairness ?? newFairness();
  fairness.queue = forgetOthers(fairness.queue, willing);
  const turn: Turn = {
    willing,
    shows: new Set(campaigns.filter(({ mode }) => mode === 'preview').map(({ id }) => id)),
    withoutAgent: [],
    fairness,
    left: options.maxReservations ?? MAX_RESERVATIONS,
    reserved: 0,
    shown: 0,
    denials: 0,
    misses: 0,
    failed: new Set(),
  };
  await followUp(options, turn);
  // a single agent goes to who is next, not to the lane whose statement is quickest
  await runLane(options, turn, 1);
  await Promise.all(Array.from({ length: LANES }, () => runLane(options, turn)));
  return {
    reserved: turn.reserved + callbacks.reserved.length,
    denials: turn.denials + callbacks.denials,
    shown: turn.shown,
    misses: turn.misses,
  };
}

/** What the lanes of one turn share. */
interface Turn {
  /** Campaigns that may get a further reservation. */
  willing: Contender[];
  /** Of these an account is shown, and nobody called. */
  readonly shows: ReadonlySet<string>;
  /** Campaigns that found no agent, in this turn. */
  readonly withoutAgent: Contender[];
  readonly fairness: Fairness;
  left: number;
  reserved: number;
  shown: number;
  denials: number;
  misses: number;
  /** Told of once a turn, though several lanes may meet it. */
  readonly failed: Set<string>;
}

/**
 * Who took a promise that broke gets its account before another one is given to them, whoever else has
 * been ready for longer: one each, and of the campaign's share as any other. Others get it once it has
 * waited {@link KEPT_FOR_SECONDS}.
 */
async function followUp(options: LoopOptions, turn: Turn): Promise<void> {
  const campaignIds = turn.willing.map(({ campaignId }) => campaignId);
  const own = await listOwnFollowUps(options.gate.db, campaignIds).catch((error: unknown) => {
    options.onError(error, { followUps: true });
    return [];
  });
  for (const { campaignId, agentId } of own) {
    const to = turn.willing.find((one) => one.campaignId === campaignId);
    if (to === undefined || turn.left <= 0) return;
    await serveOne(options, turn, serve(turn.fairness.queue, to), agentId);
  }
}

async function runLane(options: LoopOptions, turn: Turn, most = Infinity): Promise<void> {
  for (let got = 0; turn.left > 0 && got < most;) {
    const next = serveNext(turn.fairness.queue, turn.willing);
    if (next === null) return;
    const outcome = await serveOne(options, turn, next, null);
    if (outcome === 'served') got += 1;
    else leaveOut(turn, next.service.to, outcome === 'no_agent');
  }
}

/**
 * Takes what is the campaign's turn, for whoever is ready or for one agent alone, and charges it to the
 * turn and to the campaign's share if something came of it.
 */
async function serveOne(
  options: LoopOptions,
  turn: Turn,
  { service, queue }: ReturnType<typeof serve>,
  ownOf: string | null,
): Promise<'served' | 'no_agent' | 'nothing'> {
  const { fairness } = turn;
  const { campaignId } = service.to;
  fairness.queue = queue;
  turn.left -= 1;
  const onMiss = (): void => void (turn.misses += 1);
  const take = turn.shows.has(campaignId) ? showNext : reserveNext;
  // one campaign that cannot be decided about must not stop the others
  const result = await take(options.gate, campaignId, onMiss, ownOf).catch(
    (error: unknown) => ({ kind: 'failed', error }) as const,
  );
  if (result.kind === 'shown' || result.kind === 'reserved') {
    fairness.queue = given(fairness.queue, service);
    if (result.kind === 'shown') turn.shown += 1;
    else if (await ring(options, result)) turn.reserved += 1;
    else turn.willing = [];
    return 'served';
  }
  turn.left += 1;
  fairness.queue = takenBack(fairness.queue, service);
  if (result.kind === 'failed' && !turn.failed.has(campaignId)) {
    turn.failed.add(campaignId);
    options.onError(result.error, { campaignId });
  }
  if (result.kind === 'nothing_due') turn.denials += result.denials;
  return result.kind === 'no_agent' ? 'no_agent' : 'nothing';
}

/** It gets nothing more this turn; unless another held the only agent, and had nobody to call. */
function leaveOut(turn: Turn, { campaignId }: Contender, withoutAgent: boolean): void {
  const left = turn.willing.filter((one) => one.campaignId === campaignId);
  turn.willing = turn.willing.filter((one) => one.campaignId !== campaignId);
  if (withoutAgent) turn.withoutAgent.push(...left);
  else turn.willing.push(...turn.withoutAgent.splice(0));
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
