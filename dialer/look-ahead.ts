import { lockFreeCall } from '../src/db/call-locks';
import { putOff, type DueCandidate, type Place, type Promotion } from '../src/db/promotion';
import { askDue, type Permit } from './ask';
import { closingTime } from './compliance/closing-time';
import type { Gate } from './create-gate';
import { isStopped, putOffUntil, type Decided } from './deny';

/** An account that the gate would let through now. */
export interface Allowed {
  readonly candidate: DueCandidate;
  /** As far as can be told now. */
  readonly goodUntil: Date;
}

export interface Look {
  readonly allowed: readonly Allowed[];
  /** Accounts refused by name, each with a decision of its own. */
  readonly denials: number;
  /** Nobody may be dialed here at the moment. */
  readonly stopped: boolean;
  /** Where the time was up; null: all were looked at. */
  readonly unseen: Place | null;
}

/** So many accounts of one likeness that is refused are put off without a decision each. */
const MANY_ALIKE = 20;
/** How long the gate's word about one holds for those who are like it. */
const SAID_MS = 10_000;
const DAY_MS = 24 * 3_600_000;

/** What the gate says of an account, or of one that stands for others. */
type Said =
  | { readonly kind: 'allowed'; readonly goodUntil: Date }
  | { readonly kind: 'denied'; readonly denials: readonly Decided[] }
  /** Somebody is deciding about the person: the next pass asks again. */
  | { readonly kind: 'busy' };

interface Remembered {
  readonly said: Exclude<Said, { kind: 'busy' }>;
  readonly untilMs: number;
}

const remembered = new WeakMap<Gate, Map<string, Remembered>>();

/**
 * Asks the gate about what became due, in order, until the time is up. An account with a history is
 * asked about by itself. Accounts without one, that the rules cannot tell apart, are as one: the gate
 * is asked about the first. What is denied waits for its next allowed instant, with the decision of
 * the one that was asked about; only few alike are refused one by one.
 */
export async function lookAhead(
  gate: Gate,
  campaign: Pick<Promotion, 'campaignId' | 'campaignVersion'>,
  candidates: readonly DueCandidate[],
  endsAtMs: number,
): Promise<Look> {
  const crowd = crowds(candidates);
  const look: Looking = { allowed: [], putOffs: new Map(), denials: 0, stopped: false };
  let last: Place | null = null;
  let unseen: Place | null = null;
  for (const candidate of candidates) {
    const alone = candidate.likeness === null || (crowd.get(candidate.likeness) ?? 0) < MANY_ALIKE;
    const known = recall(gate, campaign, candidate);
    const speaks = known !== null && !(alone && known.kind === 'denied');
    if (!speaks && last !== null && Date.now() >= endsAtMs) {
      unseen = last;
      break;
    }
    if (speaks) follow(look, candidate, known);
    else note(look, candidate, await askNow(gate, campaign, candidate));
    if (look.stopped) break;
    last = candidate.place;
  }
  await putOff(gate.db, [...look.putOffs.keys()], [...look.putOffs.values()]);
  return { ...look, unseen };
}

interface Looking {
  readonly allowed: Allowed[];
  readonly putOffs: Map<string, Date>;
  denials: number;
  stopped: boolean;
}

/** What was said of one that is like it. */
function follow(look: Looking, candidate: DueCandidate, said: Remembered['said']): void {
  if (said.kind === 'allowed') {
    look.allowed.push({ candidate, goodUntil: said.goodUntil });
    return;
  }
  const until = putOffUntil(candidate.accountId, said.denials);
  if (until !== null) look.putOffs.set(candidate.accountId, until);
}

/** What was said of it; a denial has put it off already. */
function note(look: Looking, candidate: DueCandidate, said: Said): void {
  if (said.kind === 'denied') {
    look.denials += 1;
    look.stopped = isStopped(said.denials);
  } else if (said.kind === 'allowed') {
    look.allowed.push({ candidate, goodUntil: said.goodUntil });
  }
}

function crowds(candidates: readonly DueCandidate[]): Map<string | null, number> {
  const crowd = new Map<string | null, number>();
  for (const { likeness } of candidates) crowd.set(likeness, (crowd.get(likeness) ?? 0) + 1);
  return crowd;
}

const keyOf = (
  { campaignId, campaignVersion }: Pick<Promotion, 'campaignId' | 'campaignVersion'>,
  likeness: string,
): string => `${campaignId} ${String(campaignVersion)} ${likeness}`;

/** What was said lately of one that is like it, if it still holds. */
function recall(
  gate: Gate,
  campaign: Pick<Promotion, 'campaignId' | 'campaignVersion'>,
  { likeness }: DueCandidate,
): Remembered['said'] | null {
  if (likeness === null) return null;
  const known = remembered.get(gate)?.get(keyOf(campaign, likeness));
  return known !== undefined && known.untilMs > Date.now() ? known.said : null;
}

function remember(gate: Gate, key: string, said: Remembered['said']): void {
  const all = remembered.get(gate) ?? new Map<string, Remembered>();
  remembered.set(gate, all);
  const nowMs = Date.now();
  for (const [old, { untilMs }] of all) if (untilMs <= nowMs) all.delete(old);
  const untilMs = nowMs + SAID_MS;
  if (said.kind === 'allowed') {
    all.set(key, { said, untilMs: Math.min(untilMs, said.goodUntil.getTime()) });
    return;
  }
  const [first] = said.denials;
  const at = first === undefined ? null : putOffUntil(first.facts.account.id, said.denials);
  all.set(key, { said, untilMs: Math.min(untilMs, at?.getTime() ?? untilMs) });
}

/** Asks the gate under the locks of the call; a denial is kept and puts the account off. */
async function askNow(
  gate: Gate,
  campaign: Pick<Promotion, 'campaignId' | 'campaignVersion'>,
  { accountId, likeness }: DueCandidate,
): Promise<Said> {
  const said = await gate.db.transaction(async (tx) => {
    const locked = await lockFreeCall(tx, accountId);
    return locked === null ? null : askDue(gate, tx, campaign.campaignId, locked);
  });
  if (said === null || said.kind === 'stale') return { kind: 'busy' };
  const lasts = said.kind === 'permitted' || !said.isStopped;
  const heard: Remembered['said'] =
    said.kind === 'permitted'
      ? { kind: 'allowed', goodUntil: goodUntil(said.permit) }
      : { kind: 'denied', denials: said.denials };
  if (lasts && likeness !== null) remember(gate, keyOf(campaign, likeness), heard);
  return heard;
}

function goodUntil({ facts, rules }: Permit): Date {
  const closing = closingTime(rules.packs, rules.calendars, facts.call, facts.at);
  return new Date(closing?.at ?? Date.parse(facts.at) + DAY_MS);
}
