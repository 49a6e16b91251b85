import type { CallFacts, ContactEvent } from '../../src/domain/call-facts';
import {
  instantText,
  isDuring,
  matches,
  type Call,
  type CallMoment,
  type Failure,
  type PastEvent,
} from './call-moment';
import { instantMs } from './instant';
import type {
  AbandonmentRule,
  CapRule,
  CooloffRule,
  GapRule,
  RedialRule,
  RulePeriod,
  Scope,
} from './rule-pack';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Local days of a frequency consent, the day it was given included. */
const FREQUENCY_CONSENT_DAYS = 7;

/** Calls that reached the limit of a cap, and until when that stands. */
interface Reached {
  readonly events: readonly PastEvent[];
  readonly untilMs: number;
}

/**
 * Fails when as many calls of its kind were placed in the period as it allows, and for as long as it
 * blocks from the one that did.
 */
export function checkCap(rule: CapRule, moment: CallMoment): Failure | null {
  if (moment.call.events.length < rule.max || exempt(rule, moment, moment.atMs)) return null;
  const { count, excludeOutcomes } = rule;
  const placed = eventsOf(rule, moment.call, ({ direction, outcome }) => {
    if (direction !== 'out') return false;
    return count === 'attempt'
      ? excludeOutcomes?.includes(outcome) !== true
      : count.includes(outcome);
  });
  const full = fullNow(rule, moment, placed);
  const block = blockOf(rule, moment, placed);
  const reached = full ?? block;
  if (reached === null) return null;
  const freesMs = Math.max(reached.untilMs, block?.untilMs ?? 0);
  return {
    untilMs: Math.min(freesMs, nextFrequencyConsent(rule, moment)),
    inputs: () => ({
      counted: reached.events.length,
      max: rule.max,
      period: periodText(rule.period),
      count: rule.count === 'attempt' ? 'attempt' : rule.count,
      scope: rule.scope,
      eventIds: eventIds(reached.events),
      freesAt: instantText(freesMs),
      ...(block === null || rule.blockFor === undefined
        ? {}
        : { blockFor: periodText(rule.blockFor), blockedUntil: instantText(block.untilMs) }),
    }),
  };
}

function fullNow(rule: CapRule, moment: CallMoment, placed: readonly PastEvent[]): Reached | null {
  const events = recent(placed, rule.period, moment).filter(
    (past) => !exempt(rule, moment, past.atMs),
  );
  if (events.length < rule.max) return null;
  const oldestToLeave = events[events.length - rule.max];
  const untilMs =
    oldestToLeave === undefined ? Infinity : leavesAt(rule.period, moment, oldestToLeave);
  return { events, untilMs };
}

/** The calls that brought about the block that lasts longest. */
function blockOf(rule: CapRule, moment: CallMoment, placed: readonly PastEvent[]): Reached | null {
  const { blockFor, max, period } = rule;
  if (blockFor === undefined || max === 0) return null;
  const { clock, atMs } = moment;
  const past = placed.filter((one) => one.atMs < atMs && !exempt(rule, moment, one.atMs));
  for (let index = past.length - 1; index >= max - 1; index -= 1) {
    const [first, last] = [past[index - max + 1], past[index]];
    if (first === undefined || last === undefined) continue;
    const blocks = isWithin(blockFor, clock, last.atMs, atMs);
    if (blocks && isWithin(period, clock, first.atMs, last.atMs)) {
      const untilMs = leavesAt(blockFor, moment, last);
      return { events: past.slice(index - max + 1, index + 1), untilMs };
    }
  }
  return null;
}

/** An instant lies within the period that ends with a later one. */
function isWithin(
  period: RulePeriod,
  clock: CallMoment['clock'],
  atMs: number,
  endMs: number,
): boolean {
  if ('hours' in period) return endMs - atMs < period.hours * HOUR_MS;
  const days = clock.dayAt(endMs) - clock.dayAt(atMs);
  return days >= 0 && days < period.localDays;
}

/** Fails for a while after an outcome, whoever called whom. */
export function checkCooloff(rule: CooloffRule, moment: CallMoment): Failure | null {
  if (exempt(rule, moment, moment.atMs)) return null;
  const failure = checkSince(rule, rule.outcomes, moment);
  if (failure === null) return null;
  return { ...failure, untilMs: Math.min(failure.untilMs, nextFrequencyConsent(rule, moment)) };
}

/** Fails for a while after an outcome; usually only for calls without an agent held. */
export function checkRedial(rule: RedialRule, moment: CallMoment): Failure | null {
  return checkSince(rule, rule.after, moment);
}

function checkSince(
  rule: CooloffRule | RedialRule,
  outcomes: CooloffRule['outcomes'],
  moment: CallMoment,
): Failure | null {
  const listed = eventsOf(rule, moment.call, ({ outcome }) => outcomes.includes(outcome));
  const found = recent(listed, rule.period, moment);
  const last = found.at(-1);
  if (last === undefined) return null;
  const untilMs = leavesAt(rule.period, moment, last);
  return {
    untilMs,
    inputs: () => ({
      outcomes,
      period: periodText(rule.period),
      scope: rule.scope,
      eventIds: eventIds(found),
      lastAt: last.event.at,
      endsAt: instantText(untilMs),
    }),
  };
}

/** Fails too soon after the last call placed. */
export function checkGap(rule: GapRule, moment: CallMoment): Failure | null {
  const placed = eventsOf(rule, moment.call, ({ direction }) => direction === 'out');
  const found = lessThanAgo(placed, rule.minutes * MINUTE_MS, moment.atMs);
  const last = found.at(-1);
  if (last === undefined) return null;
  const untilMs = last.atMs + rule.minutes * MINUTE_MS;
  return {
    untilMs,
    inputs: () => ({
      minutes: rule.minutes,
      scope: rule.scope,
      eventIds: eventIds(found),
      lastAt: last.event.at,
      endsAt: instantText(untilMs),
    }),
  };
}

/** Fails when more than so many percent of the answered calls were abandoned; integers only. */
export function checkAbandonment(rule: AbandonmentRule, { call }: CallMoment): Failure | null {
  const { campaignStats } = call.facts;
  if (campaignStats === undefined) return null;
  const { abandoned, liveAnswered } = campaignStats;
  if (abandoned * 100 <= rule.maxPct * liveAnswered) return null;
  return { untilMs: Infinity, inputs: () => ({ abandoned, liveAnswered, maxPct: rule.maxPct }) };
}

/** Events in the rule's scope that it counts, oldest first. */
function eventsOf(
  rule: CapRule | CooloffRule | GapRule | RedialRule,
  call: Call,
  counts: (event: ContactEvent) => boolean,
): readonly PastEvent[] {
  const known = call.eventsOfRule.get(rule);
  if (known !== undefined) return known;
  const events = call.events.filter(
    ({ event }) =>
      counts(event) &&
      rule.scope.every((scope) => inScope(scope, call.facts, event)) &&
      (rule.eventWhen === undefined || matches(rule.eventWhen, event)),
  );
  call.eventsOfRule.set(rule, events);
  return events;
}

function inScope(scope: Scope, facts: CallFacts, event: ContactEvent): boolean {
  switch (scope) {
    case 'person':
      return event.person === facts.person;
    case 'debt':
    case 'account':
      return event.debts.includes(facts.debt.id);
    case 'number':
      return event.number === facts.number;
    case 'creditor':
      return event.creditor === facts.debt.creditor;
  }
}

/** Events before the moment and within the period, oldest first. */
function recent(
  events: readonly PastEvent[],
  period: RulePeriod,
  { clock, atMs, local }: CallMoment,
): PastEvent[] {
  if ('hours' in period) return lessThanAgo(events, period.hours * HOUR_MS, atMs);
  const firstDay = local.day - period.localDays + 1;
  const found: PastEvent[] = [];
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const past = events[index];
    if (past === undefined || past.atMs >= atMs) continue;
    const day = clock.dayAt(past.atMs);
    // a clock put back over midnight shows the day before once more, never one earlier
    if (day < firstDay - 1) break;
    if (day >= firstDay && day <= local.day) found.push(past);
  }
  return found.reverse();
}

function lessThanAgo(events: readonly PastEvent[], spanMs: number, atMs: number): PastEvent[] {
  const found: PastEvent[] = [];
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const past = events[index];
    if (past === undefined || past.atMs >= atMs) continue;
    if (atMs - past.atMs >= spanMs) break;
    found.push(past);
  }
  return found.reverse();
}

/** The first instant at which the event is no longer within the period. */
function leavesAt(period: RulePeriod, { clock }: CallMoment, past: PastEvent): number {
  if ('hours' in period) return past.atMs + period.hours * HOUR_MS;
  return clock.startOfDay(clock.dayAt(past.atMs) + period.localDays);
}

/** The instant lies within a frequency consent, and the rule lets consent lift it. */
function exempt(rule: CapRule | CooloffRule, { call, clock }: CallMoment, ms: number): boolean {
  if (rule.exemptBy?.includes('frequency') !== true) return false;
  return call.frequencyConsents.some(
    ({ givenAt, revokedAt }) =>
      isDuring(
        revokedAt === undefined ? { from: givenAt } : { from: givenAt, to: revokedAt },
        ms,
      ) && clock.dayAt(ms) < clock.dayAt(instantMs(givenAt)) + FREQUENCY_CONSENT_DAYS,
  );
}

function nextFrequencyConsent(rule: CapRule | CooloffRule, { call, atMs }: CallMoment): number {
  if (rule.exemptBy?.includes('frequency') !== true) return Infinity;
  const given = call.frequencyConsents.map(({ givenAt }) => instantMs(givenAt));
  return Math.min(Infinity, ...given.filter((ms) => ms > atMs));
}

export function periodText(period: RulePeriod): string {
  return 'hours' in period ? `${period.hours} hours` : `${period.localDays} local days`;
}

/** An event without an id is named by its instant. */
function eventIds(events: readonly PastEvent[]): string[] {
  return events.map(({ event }) => event.id ?? event.at);
}
