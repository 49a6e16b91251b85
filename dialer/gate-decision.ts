import { clockSkewMs, MAX_CLOCK_SKEW_MS } from '../src/domain/clock-skew';
import { switchThatStops, trunksLeftOpen } from '../src/domain/kill-switch';
import type { Calendar } from './compliance/calendar';
import { closingTime, type ClosingTime } from './compliance/closing-time';
import { evaluate, type FailedRule, type RuleDecision } from './compliance/evaluate';
import type { RulePack } from './compliance/rule-pack';
import type { GateFacts } from './gate-facts';

export type { ClosingTime } from './compliance/closing-time';

/** The stack that was chosen for the call, and the calendars by the alias that its rules use. */
export interface CallRules {
  readonly packs: readonly RulePack[];
  readonly calendars: Readonly<Record<string, Calendar>>;
}

export interface GateDecision extends RuleDecision {
  /** The trunks that a permit holds for, best first; empty on a denial. */
  readonly trunkIds: readonly string[];
  /** Said at the INVITE alone; null: a denial, another stage, or not within two days. */
  readonly mayCallUntil: ClosingTime | null;
}

/**
 * The gate's decision as a function of values: what no rule pack can lift, then the stack, now and
 * at the end of the ring time. Denials of both kinds are listed.
 */
export function decideCall(facts: GateFacts, rules: CallRules): GateDecision {
  const { packs, calendars } = rules;
  const { call, events, at, guardMs, stage } = facts;
  const byRules = evaluate(packs, calendars, call, events, at, { guardMs });
  const trunkIds = openTrunks(facts, packs);
  const [first, ...more] = engineFailures(facts, packs, trunkIds);
  if (first !== undefined) {
    return {
      ...byRules,
      verdict: 'deny',
      deniedBy: first.rule,
      failing: [first, ...more, ...byRules.failing],
      // it ends with the state that it names, not at an instant that can be told
      nextAllowedAt: null,
      expiresAt: null,
      trunkIds: [],
      mayCallUntil: null,
    };
  }
  if (byRules.verdict === 'deny') return { ...byRules, trunkIds: [], mayCallUntil: null };
  const closing = stage === 'invite' ? closingTime(packs, calendars, call, at) : null;
  return { ...byRules, trunkIds, mayCallUntil: closing };
}

/** A pack for simulated people opens every hour: it must never reach a real carrier. */
const isSimulated = (packs: readonly RulePack[]): boolean =>
  packs.some((pack) => pack.simulatedOnly === true);

function openTrunks(facts: GateFacts, packs: readonly RulePack[]): string[] {
  const simulated = isSimulated(packs);
  const usable = facts.trunks.filter((trunk) => !simulated || trunk.loopback);
  return trunksLeftOpen(
    facts.switches,
    usable.map(({ id }) => id),
  );
}

/** The program's own rules, each with the invariant that it holds. */
const CITE = {
  kill_switch: 'kill switch: no INVITE leaves within its scope until it is released',
  clock_skew: 'invariant: no decision while the clocks differ by more than 1 s',
  campaign_not_running: 'invariant: only a running campaign dials',
  other_creditor: 'invariant: a campaign calls for its own creditor alone',
  account_paid: 'invariant: no call about an account that is paid',
  account_closed: 'invariant: no call about an account that is closed',
  nothing_due: 'invariant: no call without an amount due',
  hold: 'invariant: an account is not called while it is held for a reason of its own',
  no_dialable_phone: 'invariant: only an active number is dialed',
  third_party: 'invariant: only the debtor is called to collect',
  not_locatable: 'invariant: only an emergency contact is asked where the debtor is',
  locate_without_consent: 'invariant: an emergency contact is asked only with recorded consent',
  no_trunk: 'invariant: a call leaves by an enabled trunk of its campaign',
  simulated_people_only: 'invariant: rules for simulated people reach no real carrier',
} as const;

/** What denies before any rule pack is asked; `engine.hold_` stands for each of an account's own. */
export const GATE_RULES: readonly string[] = Object.keys(CITE).map((name) => `engine.${name}`);

function engineFailures(
  facts: GateFacts,
  packs: readonly RulePack[],
  trunkIds: readonly string[],
): FailedRule[] {
  return [
    ...stopFailures(facts),
    ...accountFailures(facts),
    ...phoneFailures(facts),
    ...trunkFailures(facts, packs, trunkIds),
  ];
}

function stopFailures({ switches, campaign, account, clock, at }: GateFacts): FailedRule[] {
  const pulled = switchThatStops(switches);
  const skewMs = clockSkewMs({
    askedAtMs: Date.parse(clock.askedAt),
    databaseAtMs: Date.parse(at),
    answeredAtMs: Date.parse(clock.answeredAt),
  });
  const failures: FailedRule[] = [];
  if (pulled !== null) {
    const { id, scope } = pulled;
    failures.push(engineFailure('kill_switch', CITE.kill_switch, { switchId: id, scope }));
  }
  if (skewMs > MAX_CLOCK_SKEW_MS) {
    failures.push(engineFailure('clock_skew', CITE.clock_skew, { skewMs }));
  }
  if (campaign.state !== 'running') {
    const { state } = campaign;
    failures.push(engineFailure('campaign_not_running', CITE.campaign_not_running, { state }));
  }
  if (account.creditorId !== campaign.creditorId) {
    failures.push(engineFailure('other_creditor', CITE.other_creditor));
  }
  return failures;
}

function accountFailures({ account, call }: GateFacts): FailedRule[] {
  const { status, blockedReason, amountDueMinor } = account;
  if (status === 'paid') return [engineFailure('account_paid', CITE.account_paid)];
  if (status === 'closed') return [engineFailure('account_closed', CITE.account_closed)];
  const failures: FailedRule[] = [];
  if (amountDueMinor === '0') failures.push(engineFailure('nothing_due', CITE.nothing_due));
  // to ask for a new number is what a locate call is for
  const sought = call.purpose === 'locate' && blockedReason === 'no_dialable_phone';
  if (blockedReason !== null && !sought) {
    failures.push(engineFailure(`hold_${blockedReason}`, CITE.hold));
  }
  return failures;
}

function phoneFailures({ phoneId, call, locateConsentId }: GateFacts): FailedRule[] {
  if (phoneId === null) return [engineFailure('no_dialable_phone', CITE.no_dialable_phone)];
  const { target, purpose = 'collect' } = call;
  if (purpose === 'collect') {
    return target === 'consumer'
      ? []
      : [engineFailure('third_party', CITE.third_party, { target })];
  }
  if (target !== 'emergency_contact') {
    return [engineFailure('not_locatable', CITE.not_locatable, { target })];
  }
  return locateConsentId === null
    ? [engineFailure('locate_without_consent', CITE.locate_without_consent)]
    : [];
}

function trunkFailures(
  { trunks }: GateFacts,
  packs: readonly RulePack[],
  trunkIds: readonly string[],
): FailedRule[] {
  if (trunkIds.length > 0) return [];
  if (trunks.length === 0) return [engineFailure('no_trunk', CITE.no_trunk)];
  if (isSimulated(packs) && !trunks.some((trunk) => trunk.loopback)) {
    return [engineFailure('simulated_people_only', CITE.simulated_people_only)];
  }
  return [engineFailure('kill_switch', CITE.kill_switch, { scope: 'trunk' })];
}

function engineFailure(name: string, cite: string, inputs: FailedRule['inputs'] = {}): FailedRule {
  return {
    rule: `engine.${name}`,
    pack: 'engine',
    version: 1,
    kind: 'engine',
    force: 'policy',
    cite,
    zones: [],
    inputs,
  };
}
