import type { Database } from '../src/db/database';
import {
  movePass,
  moveHead,
  readDueSlice,
  releasePromotion,
  takePromotion,
  type Place,
  type Promotion,
  type SliceEnd,
} from '../src/db/promotion';
import type { RuleReach } from '../src/db/account-groups';
import { clearDone, putReady, type ReadyAccount } from '../src/db/ready-accounts';
import { listActiveCampaigns } from '../src/db/selection';
import { maxLookbackDays } from './compliance/stack';
import { armOf } from './arm-of';
import type { Gate } from './create-gate';
import { dpdEdges } from './likeness';
import { lookAhead, type Allowed } from './look-ahead';
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
  /** Due accounts that the gate refused, each with its reason kept: they wait for their instant. */
  readonly denials: number;
}

const underWay = new WeakMap<Database, Map<string, Promise<PromotionReport>>>();

/**
 * Makes ready what is due for a campaign: what became due since the last time, then a part of the
 * pass over everything that is due. The gate is asked about each, so that what is taken later is not
 * refused for what could be known now. Any number of processes may ask for it, one does it; calls of
 * one process share one run.
 */
export function promote(gate: Gate, campaignId: string): Promise<PromotionReport> {
  const runs = underWay.get(gate.db) ?? new Map<string, Promise<PromotionReport>>();
  underWay.set(gate.db, runs);
  const shared = runs.get(campaignId);
  // its denials are counted once
  if (shared !== undefined) return shared.then(({ promoted }) => ({ promoted, denials: 0 }));
  const run = promoteOnce(gate, campaignId).finally(() => runs.delete(campaignId));
  runs.set(campaignId, run);
  return run;
}

/** Campaigns that one process promotes at once. */
const LANES = 4;

/** The same for every campaign that is running. One that cannot be promoted does not stop the others. */
export async function promoteRunning(
  gate: Gate,
  onError: (error: unknown, context: Record<string, unknown>) => void,
): Promise<PromotionReport> {
  await clearDone(gate.db);
  const campaigns = await listActiveCampaigns(gate.db);
  const waiting = campaigns.filter(
    ({ state, mode, isStopped }) => state === 'running' && mode !== 'manual' && !isStopped,
  );
  let promoted = 0;
  let denials = 0;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { id: campaignId } = next;
      const report = await promote(gate, campaignId).catch((error: unknown) => {
        onError(error, { campaignId });
        return { promoted: 0, denials: 0 };
      });
      promoted += report.promoted;
      denials += report.denials;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { promoted, denials };
}

async function promoteOnce(gate: Gate, campaignId: string): Promise<PromotionReport> {
  const { db } = gate;
  const promotion = await takePromotion(db, campaignId);
  if (promotion === null) return { promoted: 0, denials: 0 };
  const run: Run = {
    gate,
    promotion,
    reach: await readReach(gate),
    endsAtMs: Date.now() + LIMIT_MS,
    promoted: 0,
    denials: 0,
  };
  try {
    const goesOn = await promoteFrom(run, promotion.head, (end) => moveHead(db, campaignId, end));
    if (goesOn && promotion.pass !== null) {
      await promoteFrom(run, promotion.pass, (end) => movePass(db, campaignId, end));
    }
  } finally {
    await releasePromotion(db, campaignId);
  }
  return { promoted: run.promoted, denials: run.denials };
}

interface Run {
  readonly gate: Gate;
  readonly promotion: Promotion;
  readonly reach: RuleReach;
  readonly endsAtMs: number;
  promoted: number;
  denials: number;
}

async function readReach({ db, rules }: Gate): Promise<RuleReach> {
  const { rows } = await db.query<{ at: Date }>('select clock_timestamp() as at', []);
  const packs = (await rules.bindingAt(db, rows[0]?.at ?? new Date())).packs;
  const bodies = packs.map(({ pack }) => pack);
  return { lookbackDays: maxLookbackDays(bodies, 'collect'), dpdEdges: dpdEdges(bodies) };
}

/** Slice after slice, until nothing due is left or the time is up. @returns false: nobody may be dialed */
async function promoteFrom(
  run: Run,
  from: Place,
  move: (end: SliceEnd) => Promise<void>,
): Promise<boolean> {
  for (let after = from; ;) {
    const { gate, promotion, reach } = run;
    const slice = await readDueSlice(gate.db, promotion, reach, after, SLICE);
    const look = await lookAhead(gate, promotion, slice.candidates, run.endsAtMs);
    const ready = await rankNow(run, look.allowed);
    run.promoted += await putReady(gate.db, promotion, slice.readAt, ready);
    run.denials += look.denials;
    if (look.stopped) return false;
    const stood: SliceEnd =
      look.unseen === null ? slice.end : { last: look.unseen, ended: false, scanned: 0 };
    await move(stood);
    if (stood.ended || stood.last === null || Date.now() >= run.endsAtMs) return true;
    after = stood.last;
  }
}

/** Ranked by the chance of a right party now; who has a better moment waits for it instead. */
async function rankNow(
  { gate, promotion }: Run,
  allowed: readonly Allowed[],
): Promise<ReadyAccount[]> {
  const { settings, split } = promotion;
  const champion = orderingWeights(settings.ordering);
  const challenger = orderingWeights(split?.parts.ordering ?? settings.ordering);
  const ids = allowed.map(({ candidate }) => candidate.accountId);
  const moments = await judgeDue(gate, promotion.campaignId, ids);
  const hourEndsMs = (Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS;
  return allowed.flatMap(({ candidate, goodUntil }) => {
    const { accountId, debtorId, dueAt } = candidate;
    const moment = moments.get(accountId);
    if (moment === undefined || moment.waitsUntil !== null) return [];
    const chance = moment.standing;
    const isOther = split !== null && armOf(debtorId, split) === 'challenger';
    const weights = isOther ? challenger : champion;
    const { rank } = rankOf(weights, { ...candidate, dueAt: dueAt.toISOString(), chance });
    // what is known of a person is known by the hour
    const untilMs = moment.basis === 'no_data' ? Infinity : hourEndsMs;
    const until = new Date(Math.min(goodUntil.getTime(), untilMs));
    return [{ accountId, debtorId, rank, goodUntil: until, chance }];
  });
}
