import type { AccountGroup } from '../src/db/account-groups';
import type { Queryable } from '../src/db/database';
import type { CallAsked } from '../src/db/dialing-facts';
import type { RulePack } from './compliance/rule-pack';
import type { Gate } from './create-gate';
import { dryRun } from './dry-run';
import { decideCall, type CallRules, type GateDecision } from './gate-decision';
import type { GateFacts } from './gate-facts';

/** What stands for every account of one likeness: facts and rules of one of them. */
export interface Likeness {
  readonly facts: GateFacts;
  readonly rules: CallRules;
}

/**
 * Reads one account of each likeness, the largest first.
 * @param limit likenesses to read at most; the accounts of the others are not examined
 */
export async function readLikenesses(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  campaign: Pick<CallAsked, 'campaignId' | 'proposed'>,
  groups: readonly AccountGroup[],
  limit: number,
): Promise<Map<string, Likeness>> {
  const read = new Map<string, Likeness>();
  for (const { likeness, accountId } of groups) {
    if (likeness === null || read.has(likeness)) continue;
    if (read.size >= limit) break;
    const asked = { ...campaign, accountId, purpose: 'collect', phoneId: null } as const;
    const answer = await dryRun(gate, db, asked, null);
    if (answer !== null) read.set(likeness, unhindered(answer.decided));
  }
  return read;
}

/**
 * What stops every account alike is told of the campaign, and what stops one is in its group: here
 * only what the rules say counts.
 */
function unhindered({ facts, rules }: Likeness): Likeness {
  const { id } = facts.trunks[0] ?? { id: 'any' };
  return {
    facts: {
      ...facts,
      campaign: { ...facts.campaign, state: 'running' },
      account: { ...facts.account, blockedReason: null },
      trunks: [{ id, loopback: true }],
      switches: [],
      clock: { askedAt: facts.at, answeredAt: facts.at },
    },
    rules,
  };
}

/** The same call at another instant, all facts frozen. */
export function decideAt({ facts, rules }: Likeness, at: Date): GateDecision {
  const instant = at.toISOString();
  return decideCall(
    { ...facts, at: instant, clock: { askedAt: instant, answeredAt: instant } },
    rules,
  );
}

/** The first instant from `from` on at which the call would be allowed; null: none in 40 days. */
export function firstAllowedFrom(likeness: Likeness, from: Date): Date | null {
  const decision = decideAt(likeness, from);
  if (decision.verdict !== 'deny') return from;
  return decision.nextAllowedAt === null ? null : new Date(decision.nextAllowedAt);
}

/** Days past due at which a rule of these packs changes its answer. */
export function dpdEdges(packs: readonly RulePack[]): number[] {
  const edges = packs.flatMap((pack) =>
    pack.rules.flatMap((rule) => {
      if (rule.kind === 'dpd') return [rule.max];
      if (rule.kind === 'minDpd') return [rule.min - 1];
      if (rule.kind === 'window' && rule.exemptWhen !== undefined) return [rule.exemptWhen.dpdOver];
      return [];
    }),
  );
  return [...new Set(edges)].sort((a, b) => a - b);
}
