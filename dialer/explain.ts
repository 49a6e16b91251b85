import type { AccountGroup } from '../src/db/account-groups';
import {
  countBlocks,
  countDenials,
  countNumbersOff,
  readCampaignFloor,
  type CampaignFloor,
} from '../src/db/why';
import type { Said } from './compliance/words';
import { campaignSummary } from './campaign-summary';
import type { Gate } from './create-gate';
import type { GateDecision } from './gate-decision';
import { withoutEffect } from './dry-run';
import { examine } from './examine';
import { decideAt, firstAllowedFrom, type Likeness } from './likeness';
import { waterfallOf, type LikenessVerdict, type Waterfall } from './waterfall';

export interface CampaignWhy {
  readonly campaignId: string;
  readonly at: Date;
  /** One sentence: what stops the dialing now, or that nothing does. */
  readonly summary: Said;
  readonly floor: CampaignFloor;
  readonly waterfall: Waterfall;
  /** Why open accounts are blocked. */
  readonly blocked: readonly { readonly reason: string; readonly accounts: number }[];
  /** What became of the numbers of open accounts that have none to dial. */
  readonly numbersOff: readonly { readonly reason: string; readonly accounts: number }[];
  /** What the rules say now of the open accounts with a number that were examined, by first rule. */
  readonly refusedNow: readonly { readonly deniedBy: string; readonly accounts: number }[];
  /** Denials written in the last 24 h. */
  readonly denials: readonly {
    readonly deniedBy: string;
    readonly decisions: number;
    readonly accounts: number;
    readonly latestAt: Date;
  }[];
  /** When the next account becomes selectable, facts frozen; null: none of those examined will. */
  readonly nextSelectableAt: Date | null;
  /** One account of those that it speaks of. */
  readonly nextSelectableAccountId: string | null;
}

/** What is dialable in a campaign, what is not, and why. Null: no such campaign. */
export function explainCampaign(gate: Gate, campaignId: string): Promise<CampaignWhy | null> {
  return withoutEffect(gate, async (db) => {
    const floor = await readCampaignFloor(db, campaignId);
    if (floor === null) return null;
    const { at, groups, isSample, likenesses } = await examine(gate, db, campaignId);
    const decisions = new Map<string, GateDecision>();
    for (const [name, likeness] of likenesses) decisions.set(name, decideAt(likeness, at));
    const waterfall = waterfallOf(groups, verdictsOf(decisions), isSample);
    const refusedNow = countRefusals(groups, decisions);
    const next = nextSelectable(groups, likenesses, at);
    return {
      campaignId,
      at,
      summary: campaignSummary(floor, waterfall, refusedNow[0]?.deniedBy ?? null),
      floor,
      waterfall,
      blocked: countBlocks(groups),
      numbersOff: countNumbersOff(groups),
      refusedNow,
      denials: await countDenials(db, campaignId),
      nextSelectableAt: next?.at ?? null,
      nextSelectableAccountId: next?.accountId ?? null,
    };
  });
}

function verdictsOf(decisions: ReadonlyMap<string, GateDecision>): Map<string, LikenessVerdict> {
  const verdicts = new Map<string, LikenessVerdict>();
  for (const [name, { verdict, failing }] of decisions) {
    const kinds = verdict === 'deny' ? failing.map(({ kind }) => kind) : [];
    verdicts.set(name, { failingKinds: new Set(kinds) });
  }
  return verdicts;
}

function countRefusals(
  groups: readonly AccountGroup[],
  decisions: ReadonlyMap<string, GateDecision>,
): { deniedBy: string; accounts: number }[] {
  const refused = new Map<string, number>();
  for (const { likeness, accounts } of groups) {
    const decision = likeness === null ? undefined : decisions.get(likeness);
    if (decision?.verdict !== 'deny' || decision.deniedBy === null) continue;
    refused.set(decision.deniedBy, (refused.get(decision.deniedBy) ?? 0) + accounts);
  }
  return [...refused]
    .map(([deniedBy, accounts]) => ({ deniedBy, accounts }))
    .sort((a, b) => b.accounts - a.accounts);
}

/** The earliest instant at which one of the accounts is due, free and allowed. */
function nextSelectable(
  groups: readonly AccountGroup[],
  likenesses: ReadonlyMap<string, Likeness>,
  now: Date,
): { at: Date; accountId: string } | null {
  let soonest: { at: Date; accountId: string } | null = null;
  for (const group of groups) {
    const likeness = group.likeness === null ? undefined : likenesses.get(group.likeness);
    const from = waitsUntil(group, now);
    if (likeness === undefined || from === null) continue;
    if (soonest !== null && from >= soonest.at) continue;
    const at = firstAllowedFrom(likeness, from);
    if (at === null || (soonest !== null && at >= soonest.at)) continue;
    soonest = { at, accountId: group.accountId };
  }
  return soonest;
}

/** When the first of the group is looked at; null: not before something happens to it. */
function waitsUntil(group: AccountGroup, now: Date): Date | null {
  const { open, dialable, blockedReason, free, due, nextDueAt } = group;
  if (!open || !dialable || blockedReason !== null || !free) return null;
  return due ? now : nextDueAt;
}
