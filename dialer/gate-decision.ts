import type { CallFacts, ContactEvent } from '../src/domain/call-facts';
import type { DialingFacts } from '../src/db/dialing-facts';
import { DEFAULT_RING_TIMEOUT_MS } from '../src/db/dialing-facts';
import { evaluate, type RuleDecision } from './compliance/evaluate';
import type { RulePack } from './compliance/rule-pack';
import { findRulePacks } from './compliance/rule-packs';

export interface GateDecision {
  readonly verdict: 'allow' | 'deny';
  /** The first thing that stops the call; null when allowed. */
  readonly deniedBy: string | null;
  /** Ids of all failing rules, in stack order. */
  readonly failing: readonly string[];
  readonly zones: readonly string[];
  /** Local time in each zone, in the order of `zones`. */
  readonly localTimes: readonly string[];
  readonly nextAllowedAt: Date | null;
  /** End of the permit; null when denied. */
  readonly expiresAt: Date | null;
}

/**
 * The gate's decision as a function of values: first whether there is anything to call about,
 * then the rule packs, now and at the end of the ring time (the last INVITE leaves early enough
 * for the ringing to end inside the window).
 */
export function decideCall(facts: DialingFacts): GateDecision {
  const packs = findRulePacks(facts.campaign.rulePacks);
  const guardMs = facts.campaign.settings.ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS;
  const call = callFacts(facts);
  const at = facts.now.toISOString();
  const decision = gateDecision(evaluate(packs, {}, call, ledger(facts, call), at, { guardMs }));
  const engineDenial = engineRule(facts, packs);
  if (engineDenial === null) return decision;
  return {
    ...decision,
    verdict: 'deny',
    deniedBy: engineDenial,
    failing: [engineDenial, ...decision.failing],
    nextAllowedAt: null,
    expiresAt: null,
  };
}

function callFacts(facts: DialingFacts): CallFacts {
  return {
    zones: facts.zones,
    target: 'consumer',
    collector: 'third_party',
    person: facts.account.debtorId,
    debt: { id: facts.account.id, kind: 'loan', creditor: facts.account.creditorId },
    number: facts.phone?.id ?? '',
    place: 'mobile',
    line: 'mobile',
    mode: 'live',
    consents: [],
    preferences: [],
    holds: [],
  };
}

function ledger(facts: DialingFacts, call: CallFacts): ContactEvent[] {
  return facts.countedAttempts.map(({ at }) => ({
    at: at.toISOString(),
    outcome: 'unknown',
    direction: 'out',
    person: call.person,
    debts: [call.debt.id],
    number: call.number,
    place: call.place,
    mode: call.mode,
  }));
}

function gateDecision(decision: RuleDecision): GateDecision {
  const date = (instant: string | null): Date | null =>
    instant === null ? null : new Date(instant);
  return {
    ...decision,
    // an agent is held before every call
    verdict: decision.verdict === 'deny' ? 'deny' : 'allow',
    deniedBy: decision.verdict === 'deny' ? decision.deniedBy : null,
    failing: decision.failing.map(({ rule }) => rule),
    nextAllowedAt: date(decision.nextAllowedAt),
    expiresAt: date(decision.expiresAt),
  };
}

/** What no rule pack can lift: the first that applies, or null. */
function engineRule(facts: DialingFacts, packs: readonly RulePack[]): string | null {
  if (facts.campaign.state !== 'running') return 'engine.campaign_not_running';
  if (facts.account.creditorId !== facts.campaign.creditorId) return 'engine.other_creditor';
  if (facts.account.status !== 'open') return `engine.account_${facts.account.status}`;
  if (facts.account.amountDueMinor === 0n) return 'engine.nothing_due';
  if (facts.account.blockedReason !== null) return `engine.hold_${facts.account.blockedReason}`;
  if (facts.phone === null) return 'engine.no_dialable_phone';
  if (permittedTrunks(facts, packs).length === 0) return noTrunk(facts);
  return null;
}

/** A pack for simulated people opens every hour: it must never reach a real carrier. */
function permittedTrunks(facts: DialingFacts, packs: readonly RulePack[]): DialingFacts['trunks'] {
  if (!packs.some((pack) => pack.simulatedOnly === true)) return facts.trunks;
  return facts.trunks.filter((trunk) => isLoopback(trunk.host));
}

function noTrunk(facts: DialingFacts): string {
  return facts.trunks.length === 0 ? 'engine.no_trunk' : 'engine.simulated_people_only';
}

function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '[::1]';
}

/** The trunks that a permitted call may leave by, best first. */
export function trunkIdsFor(facts: DialingFacts): string[] {
  return permittedTrunks(facts, findRulePacks(facts.campaign.rulePacks)).map(({ id }) => id);
}

/** The values that a decision rests on, for its row: no name, no number. */
export function recordableFacts(facts: DialingFacts): Record<string, unknown> {
  return {
    accountStatus: facts.account.status,
    blockedReason: facts.account.blockedReason,
    amountDueMinor: facts.account.amountDueMinor.toString(),
    currency: facts.account.currency,
    campaignState: facts.campaign.state,
    campaignVersion: facts.campaign.version,
    countedAttempts: facts.countedAttempts.map((attempt) => attempt.at.toISOString()),
    // the permit names the trunks that it holds for: the first is chosen among them
    trunkIds: trunkIdsFor(facts),
  };
}
