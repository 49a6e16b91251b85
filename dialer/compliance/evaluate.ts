import { clockMs, localInstant, localTime, type LocalTime } from './local-time';
import type { LocalWindow, Rule, RuleProfile } from './rule-profile';

/** Longest life of a permit. */
export const PERMIT_LIFE_MS = 30_000;
const LOOK_AHEAD_DAYS = 40;

export interface CallFacts {
  /** Every IANA zone that the debtor may be in. None: the call is denied. */
  readonly zones: readonly string[];
}

/** A past attempt to reach this person that counts for limits. */
export interface ContactEvent {
  readonly at: Date;
}

export interface RuleDecision {
  readonly verdict: 'allow' | 'deny';
  /** The first failing rule by precedence (zone, profile, window, cap); null when allowed. */
  readonly deniedBy: string | null;
  /** All failing rules, in stack order. */
  readonly failing: readonly string[];
  readonly zones: readonly string[];
  /** Local time in each zone, in the order of `zones`. */
  readonly localTimes: readonly string[];
  /** When it would be allowed, all facts frozen; null when allowed, or not within 40 days. */
  readonly nextAllowedAt: Date | null;
  /** End of the permit: 30 s, or earlier at the next boundary; null when denied. */
  readonly expiresAt: Date | null;
}

/**
 * May this person be called at this instant? Pure: the same values give the same decision. A rule
 * fails if it fails in any candidate zone, so windows intersect and counts unite.
 */
export function evaluate(
  stack: readonly RuleProfile[],
  facts: CallFacts,
  events: readonly ContactEvent[],
  at: Date,
): RuleDecision {
  const zones = [...facts.zones].sort();
  const { failing, deniedBy, locals } = judge(stack, zones, events, at);
  const base = { failing, zones, localTimes: locals.map((local) => local.text) };
  if (deniedBy === null) {
    const expiresAt = permitEnd(stack, zones, events, at);
    return { ...base, verdict: 'allow', deniedBy, nextAllowedAt: null, expiresAt };
  }
  const nextAllowedAt = findNextAllowed(stack, zones, events, at);
  return { ...base, verdict: 'deny', deniedBy, nextAllowedAt, expiresAt: null };
}

const PRECEDENCE: readonly Rule['kind'][] = ['window', 'cap'];

function judge(
  stack: readonly RuleProfile[],
  zones: readonly string[],
  events: readonly ContactEvent[],
  at: Date,
): { failing: string[]; deniedBy: string | null; locals: LocalTime[] } {
  if (zones.length === 0) return { failing: ['engine.zone'], deniedBy: 'engine.zone', locals: [] };
  const locals = zones.map((zone) => localTime(at, zone));
  const failed: Rule[] = [];
  let inForce = false;
  for (const profile of stack) {
    const testable = locals.filter((local) => profile.effectiveFrom <= local.date);
    inForce ||= testable.length > 0;
    for (const rule of profile.rules) {
      if (testable.some((local) => fails(rule, local, events, at))) failed.push(rule);
    }
  }
  if (!inForce) return { failing: ['engine.profile'], deniedBy: 'engine.profile', locals };
  const first = PRECEDENCE.flatMap((kind) => failed.filter((rule) => rule.kind === kind))[0];
  return { failing: failed.map((rule) => rule.id), deniedBy: first?.id ?? null, locals };
}

function fails(rule: Rule, local: LocalTime, events: readonly ContactEvent[], at: Date): boolean {
  switch (rule.kind) {
    case 'window':
      return !rule.windows.some((window) => contains(window, local));
    case 'cap': {
      // local dates cost time, and most people were not called lately
      if (events.length < rule.max) return false;
      const firstDate = localTime(
        localInstant(at, local.zone, 1 - rule.period.localDays, '00:00'),
        local.zone,
      ).date;
      const counted = events.filter((event) => {
        if (event.at >= at) return false;
        const { date } = localTime(event.at, local.zone);
        return date >= firstDate && date <= local.date;
      });
      return counted.length >= rule.max;
    }
  }
}

function contains(window: LocalWindow, local: LocalTime): boolean {
  return (
    window.days.includes(local.weekday) &&
    local.timeOfDayMs >= clockMs(window.from) &&
    local.timeOfDayMs < clockMs(window.to)
  );
}

/** Instants after `at` at which a decision can change: midnights and window edges, per zone. */
function boundaries(
  stack: readonly RuleProfile[],
  zones: readonly string[],
  at: Date,
  days: number,
): Date[] {
  const clocks = new Set(['00:00']);
  for (const rule of stack.flatMap((profile) => profile.rules)) {
    if (rule.kind !== 'window') continue;
    for (const window of rule.windows) clocks.add(window.from).add(window.to);
  }
  const instants = new Set<number>();
  for (const zone of zones) {
    for (let day = 0; day <= days; day++) {
      for (const clock of clocks) instants.add(localInstant(at, zone, day, clock).getTime());
    }
  }
  return [...instants]
    .filter((ms) => ms > at.getTime())
    .sort((a, b) => a - b)
    .map((ms) => new Date(ms));
}

function permitEnd(
  stack: readonly RuleProfile[],
  zones: readonly string[],
  events: readonly ContactEvent[],
  at: Date,
): Date {
  const limit = new Date(at.getTime() + PERMIT_LIFE_MS);
  const closing = boundaries(stack, zones, at, 1).find(
    (edge) => edge < limit && judge(stack, zones, events, edge).deniedBy !== null,
  );
  return closing ?? limit;
}

function findNextAllowed(
  stack: readonly RuleProfile[],
  zones: readonly string[],
  events: readonly ContactEvent[],
  at: Date,
): Date | null {
  // most denials end within two days: look at 40 only when they do not
  for (const days of [2, LOOK_AHEAD_DAYS]) {
    const found = boundaries(stack, zones, at, days).find(
      (edge) => judge(stack, zones, events, edge).deniedBy === null,
    );
    if (found !== undefined) return found;
  }
  return null;
}
