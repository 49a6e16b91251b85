import type { Instant } from '../../src/domain/call-facts';
import { appliesToCall, type Call, type CallMoment, type Failure } from './call-moment';
import { checkAbandonment, checkCap, checkCooloff, checkGap, checkRedial } from './contact-rules';
import { instantMs } from './instant';
import type { FailedKind, FailedRule, RuleInputs } from './rule-decision';
import type { Rule, RulePack } from './rule-pack';
import { checkDpd, checkHold, checkMinDpd, checkParty, checkWait } from './standing-rules';
import { checkBlackout, checkHoliday, checkPreference, checkWindow } from './time-rules';
import { dayOfDate, zoneClock } from './zone-clock';

/** The pack that is in every stack: alone it is no profile, a country without law is not open. */
export const BASE_PACK_ID = 'SANTUN.BASE';

/** What a call looks like to the rules, whenever. */
export interface Look {
  readonly stack: readonly RulePack[];
  readonly call: Call;
  /** How long after the instant the rules of time must still hold: until the ringing ends. */
  readonly guardMs: number;
}

/** A rule that fails, and what a search needs to know of it. */
export interface FoundFailure {
  readonly effect: 'deny' | 'agent_reserved';
  /** It cannot pass before; Infinity: never by itself. */
  readonly untilMs: number;
  /** The whole of it, in words' reach. */
  readonly describe: () => FailedRule;
}

export interface JudgedFailure extends FoundFailure {
  readonly failed: FailedRule;
}

/** Kinds that must hold until the ringing ends. */
export const TIME_KINDS: ReadonlySet<string> = new Set([
  'window',
  'blackout',
  'preference',
  'holiday',
  'hold',
]);

/** All failing rules at an instant, in stack order; empty: allowed. */
export function judge(look: Look, atMs: number): JudgedFailure[] {
  return findFailures(look, atMs).map((found) => ({ ...found, failed: found.describe() }));
}

/** The same, without writing down what each rule looked at. */
export function findFailures(look: Look, atMs: number): FoundFailure[] {
  const { stack, call, guardMs } = look;
  if (call.facts.zones.length === 0) return [engineFailure('zone', {}, Infinity)];
  const now = momentsAt(call, atMs);
  const late = guardMs > 0 ? momentsAt(call, atMs + guardMs) : [];
  if (!anyInForce(stack, now)) return [profileFailure(look, now, {}, 0)];
  const failures: FoundFailure[] = [];
  if (late.length > 0 && !anyInForce(stack, late)) {
    failures.push(profileFailure(look, late, { ringEnd: true }, guardMs));
  }
  for (const pack of stack) {
    for (const rule of pack.rules) {
      if (!appliesToCall(rule, call.facts)) continue;
      const looksAhead = TIME_KINDS.has(rule.kind) && rule.effect !== 'agent_reserved';
      const failure = judgeRule(pack, rule, now, looksAhead ? late : [], guardMs);
      if (failure !== null) failures.push(failure);
    }
  }
  return failures;
}

export function momentsAt(call: Call, atMs: number): CallMoment[] {
  return call.facts.zones.map((zone) => {
    const clock = zoneClock(zone);
    return { call, clock, atMs, local: clock.localAt(atMs) };
  });
}

/** By the local date of the zone tested. */
export function inForce(pack: RulePack, { local }: CallMoment): boolean {
  return (
    pack.effectiveFrom <= local.date &&
    (pack.effectiveTo === undefined || local.date < pack.effectiveTo)
  );
}

/** On any local date of `[from, to)`, in any of the zones. */
export function inForceDuring(
  pack: RulePack,
  zones: readonly string[],
  range: { readonly from: Instant; readonly to: Instant },
): boolean {
  return zones.map(zoneClock).some((clock) => {
    const first = clock.localAt(instantMs(range.from)).date;
    const last = clock.localAt(instantMs(range.to) - 1).date;
    return (
      pack.effectiveFrom <= last && (pack.effectiveTo === undefined || first < pack.effectiveTo)
    );
  });
}

/** A rule in one zone at one instant; null: it passes. */
export function checkRule(rule: Rule, moment: CallMoment): Failure | null {
  switch (rule.kind) {
    case 'window':
      return checkWindow(rule, moment);
    case 'blackout':
      return checkBlackout(rule, moment);
    case 'holiday':
      return checkHoliday(rule, moment);
    case 'preference':
      return checkPreference(rule, moment);
    case 'hold':
      return checkHold(rule, moment);
    case 'party':
      return checkParty(rule, moment);
    case 'dpd':
      return checkDpd(rule, moment);
    case 'minDpd':
      return checkMinDpd(rule, moment);
    case 'wait':
      return checkWait(rule, moment);
    case 'cap':
      return checkCap(rule, moment);
    case 'cooloff':
      return checkCooloff(rule, moment);
    case 'gap':
      return checkGap(rule, moment);
    case 'redial':
      return checkRedial(rule, moment);
    case 'abandonment':
      return checkAbandonment(rule, moment);
    // settings that other parts read
    case 'dialing':
    case 'recording':
    case 'identify':
      return null;
  }
}

/** A rule fails when it fails in any zone in which its pack is in force. */
function judgeRule(
  pack: RulePack,
  rule: Rule,
  now: readonly CallMoment[],
  late: readonly CallMoment[],
  guardMs: number,
): FoundFailure | null {
  const found: { zone: string; untilMs: number; inputs: () => RuleInputs }[] = [];
  const look = (moment: CallMoment, aheadMs: number): void => {
    const failure = inForce(pack, moment) ? checkRule(rule, moment) : null;
    if (failure === null) return;
    found.push({
      zone: moment.clock.zone,
      untilMs: Math.min(failure.untilMs, endOf(pack, moment)) - aheadMs,
      inputs: aheadMs === 0 ? failure.inputs : () => ({ ...failure.inputs(), ringEnd: true }),
    });
  };
  for (const moment of now) look(moment, 0);
  for (const moment of late) look(moment, guardMs);
  const [first] = found;
  if (first === undefined) return null;
  const { id, kind, force, cite, effect = 'deny' } = rule;
  return {
    effect,
    untilMs: Math.max(...found.map(({ untilMs }) => untilMs)),
    describe: () => ({
      rule: id,
      pack: pack.id,
      version: pack.version,
      kind,
      force,
      cite,
      zones: [...new Set(found.map(({ zone }) => zone))],
      inputs: first.inputs(),
    }),
  };
}

function endOf(pack: RulePack, { clock }: CallMoment): number {
  return pack.effectiveTo === undefined ? Infinity : clock.startOfDay(dayOfDate(pack.effectiveTo));
}

function anyInForce(stack: readonly RulePack[], moments: readonly CallMoment[]): boolean {
  return stack.some(
    (pack) => pack.id !== BASE_PACK_ID && moments.some((moment) => inForce(pack, moment)),
  );
}

function profileFailure(
  { stack }: Look,
  moments: readonly CallMoment[],
  inputs: RuleInputs,
  aheadMs: number,
): FoundFailure {
  const starts = stack
    .filter((pack) => pack.id !== BASE_PACK_ID)
    .flatMap((pack) =>
      moments.map(({ clock }) => clock.startOfDay(dayOfDate(pack.effectiveFrom)) - aheadMs),
    );
  const from = moments[0]?.atMs ?? 0;
  const next = Math.min(Infinity, ...starts.filter((ms) => ms > from - aheadMs));
  return engineFailure('profile', { ...inputs, packs: stack.map(({ id }) => id) }, next);
}

function engineFailure(
  kind: FailedKind & ('zone' | 'profile'),
  inputs: RuleInputs,
  untilMs: number,
): FoundFailure {
  const cite = kind === 'zone' ? 'no zone is known' : 'no rule pack is in force';
  const failed: FailedRule = {
    rule: `engine.${kind}`,
    pack: 'engine',
    version: 1,
    kind,
    force: 'policy',
    cite,
    zones: [],
    inputs,
  };
  return { effect: 'deny', untilMs, describe: () => failed };
}
