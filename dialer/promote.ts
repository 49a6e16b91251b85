import type { Database } from '../src/db/database';
import {
  movePass,
  moveHead,
  readDueSlice,
  releasePromotion,
  takePromotion,
  type DueCandidate,
  type Place,
  type Promotion,
  type SliceEnd,
} from '../src/db/promotion';
import { putReady } from '../src/db/ready-accounts';
import { listActiveCampaigns } from '../src/db/selection';
import type { Gate } from './create-gate';
import { orderingWeights } from '../src/domain/campaign-document/ordering';
import { judgeDue } from './judge-due';
import { rankOf } from './select/rank';

/** Entries of the index of due accounts that are read at once. */
const SLICE = 1_000;
/** A promotion is over then, and goes on where it was the next time. */
const LIMIT_MS = 300;
const HOUR_MS = 3_600_000;

export interface PromotionReport {
  /** Accounts that became ready. */
  readonly promoted: number;
}

const underWay = new WeakMap<Database, Map<string, Promise<PromotionReport>>>();

/**
 * Makes ready what is due for a campaign: what became due since the last time, then a part of the
 * pass over everything that is due. Any number of processes may ask for it, one does it; calls of
 * one process share one run.
 */
export function promote(gate: Gate, campaignId: string): Promise<PromotionReport> {
  const runs = underWay.get(gate.db) ?? new Map<string, Promise<PromotionReport>>();
  underWay.set(gate.db, runs);
  let run = runs.get(campaignId);
  if (run === undefined) {
    run = promoteOnce(gate, campaignId).finally(() => runs.delete(campaignId));
    runs.set(campaignId, run);
  }
  return run;
}

/** Campaigns that one process promotes at once. */
const LANES = 4;

/** The same for every campaign that is running. One that cannot be promoted does not stop the others. */
export async function promoteRunning(
  gate: Gate,
  onError: (error: unknown, context: Record<string, unknown>) => void,
): Promise<PromotionReport> {
  const campaigns = await listActiveCampaigns(gate.db);
  const waiting = campaigns.filter(
    ({ state, mode, isStopped }) => state === 'running' && mode === 'progressive' && !isStopped,
  );
  let promoted = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { id: campaignId } = next;
      const report = await promote(gate, campaignId).catch((error: unknown) => {
        onError(error, { campaignId });
        return { promoted: 0 };
      });
      promoted += report.promoted;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { promoted };
}

async function promoteOnce(gate: Gate, campaignId: string): Promise<PromotionReport> {
  const { db } = gate;
  const promotion = await takePromotion(db, campaignId);
  if (promotion === null) return { promoted: 0 };
  const run: Run = { gate, promotion, endsAtMs: Date.now() + LIMIT_MS, promoted: 0 };
  try {
    await promoteFrom(run, promotion.head, (end) => moveHead(db, campaignId, end));
    if (promotion.pass !== null) {
      await promoteFrom(run, promotion.pass, (end) => movePass(db, campaignId, end));
    }
  } finally {
    await releasePromotion(db, campaignId);
  }
  return { promoted: run.promoted };
}

interface Run {
  readonly gate: Gate;
  readonly promotion: Promotion;
  readonly endsAtMs: number;
  promoted: number;
}

/** Slice after slice, until nothing due is left or the time is up; at least one. */
async function promoteFrom(
  run: Run,
  from: Place,
  move: (end: SliceEnd) => Promise<void>,
): Promise<void> {
  for (let after = from; ;) {
    const { end, candidates } = await readDueSlice(run.gate.db, run.promotion, after, SLICE);
    await promoteCandidates(run, candidates);
    await move(end);
    if (end.ended || end.last === null || Date.now() >= run.endsAtMs) return;
    after = end.last;
  }
}

/** Ranked by the chance of a right party now; who has a better moment waits for it instead. */
async function promoteCandidates(run: Run, candidates: readonly DueCandidate[]): Promise<void> {
  const { gate, promotion } = run;
  const ordering = orderingWeights(promotion.settings.ordering);
  const goodUntil = new Date(Date.now() + HOUR_MS);
  const ids = candidates.map(({ accountId }) => accountId);
  const moments = await judgeDue(gate, promotion.campaignId, ids);
  const ready = candidates.flatMap((candidate) => {
    const moment = moments.get(candidate.accountId);
    if (moment === undefined || moment.waitsUntil !== null) return [];
    const chance = moment.standing;
    const dueAt = candidate.dueAt.toISOString();
    const { rank } = rankOf(ordering, { ...candidate, dueAt, chance });
    return [{ accountId: candidate.accountId, rank, goodUntil, chance }];
  });
  await putReady(gate.db, promotion, ready);
  run.promoted += ready.length;
}
