import { DateTime } from 'luxon';
import type { Calendar } from '../../dialer/compliance/calendar';
import type {
  BlackoutRule,
  CapRule,
  HoldRule,
  Rule,
  RulePack,
  RulePeriod,
  Scope,
  When,
  WindowRule,
} from '../../dialer/compliance/rule-pack';
import type { CallFacts, CallHold, ContactEvent, LocalWindow } from '../../src/domain/call-facts';

/**
 * The semantics of the rule-pack format, written a second time: sentence by sentence, with dates as
 * text and luxon asked for everything. Slow, and shares no code with the engine.
 */
export interface ReferenceInput {
  readonly stack: readonly RulePack[];
  readonly calendars: Readonly<Record<string, Calendar>>;
  readonly facts: CallFacts;
  readonly events: readonly ContactEvent[];
}

const TIME_KINDS = ['window', 'blackout', 'preference', 'holiday', 'hold'];

export interface ReferenceResult {
  readonly failing: readonly string[];
  readonly verdict: 'allow' | 'agent_reserved' | 'deny';
}

export function reference(input: ReferenceInput, atMs: number, guardMs = 0): ReferenceResult {
  const { facts, stack } = input;
  if (facts.zones.length === 0) return { failing: ['engine.zone'], verdict: 'deny' };
  const now = facts.zones.map((zone) => DateTime.fromMillis(atMs, { zone }));
  const later = facts.zones.map((zone) => DateTime.fromMillis(atMs + guardMs, { zone }));
  if (!stack.some((pack) => now.some((local) => inForce(pack, local)))) {
    return { failing: ['engine.profile'], verdict: 'deny' };
  }
  const failed: Rule[] = [];
  for (const pack of stack) {
    for (const rule of pack.rules) {
      const fails = (local: DateTime): boolean =>
        inForce(pack, local) && applies(rule, facts) && ruleFails(rule, input, local);
      const ahead = TIME_KINDS.includes(rule.kind) && rule.effect !== 'agent_reserved';
      if (now.some(fails) || (ahead && later.some(fails))) failed.push(rule);
    }
  }
  const failing = failed.map(({ id }) => id);
  if (!stack.some((pack) => later.some((local) => inForce(pack, local)))) {
    failing.unshift('engine.profile');
    return { failing, verdict: 'deny' };
  }
  return { failing, verdict: verdictOf(failed) };
}

function verdictOf(failed: readonly Rule[]): ReferenceResult['verdict'] {
  if (failed.some((rule) => rule.effect !== 'agent_reserved')) return 'deny';
  return failed.length > 0 ? 'agent_reserved' : 'allow';
}

/** The first whole minute after, by looking at every minute of 40 days. */
export function referenceNextAllowed(
  input: ReferenceInput,
  atMs: number,
  guardMs = 0,
): number | null {
  const first = Math.floor(atMs / 60_000) * 60_000 + 60_000;
  for (let ms = first; ms <= atMs + 40 * 86_400_000; ms += 60_000) {
    if (reference(input, ms, guardMs).failing.length === 0) return ms;
  }
  return null;
}

function dateOf(local: DateTime): string {
  return local.toISODate()!;
}

function addDays(date: string, days: number): string {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toISODate()!;
}

function inForce(pack: RulePack, local: DateTime): boolean {
  const date = dateOf(local);
  return pack.effectiveFrom <= date && (pack.effectiveTo === undefined || date < pack.effectiveTo);
}

function applies(rule: Rule, facts: CallFacts): boolean {
  const { when = {} } = rule;
  return (
    listed(when.place, facts.place) &&
    listed(when.line, facts.line) &&
    listed(when.mode, facts.mode) &&
    listed(when.collector, facts.collector) &&
    listed(when.debtKind, facts.debt.kind) &&
    listed(when.purpose, facts.purpose ?? 'collect')
  );
}

function listed(values: readonly string[] | undefined, value: string): boolean {
  return values === undefined || values.includes(value);
}

function eventListed(when: When | undefined, event: ContactEvent): boolean {
  return (
    listed(when?.place, event.place) &&
    listed(when?.mode, event.mode) &&
    listed(when?.purpose, event.purpose ?? 'collect')
  );
}

function inside(window: LocalWindow, local: DateTime): boolean {
  const minute = local.hour * 60 + local.minute;
  const [from, to] = [window.from, window.to].map((text) => {
    const [hours, minutes] = text.split(':');
    return Number(hours) * 60 + Number(minutes);
  }) as [number, number];
  const yesterday = local.weekday === 1 ? 7 : local.weekday - 1;
  if (to > from) return window.days.includes(local.weekday) && minute >= from && minute < to;
  return (
    (window.days.includes(local.weekday) && minute >= from) ||
    (window.days.includes(yesterday) && minute < to)
  );
}

function timeConsent(rule: Rule, facts: CallFacts, local: DateTime, holiday: boolean): boolean {
  if (!rule.overridableBy?.includes('time')) return false;
  const ms = local.toMillis();
  return facts.consents.some(
    (consent) =>
      consent.kind === 'time' &&
      Date.parse(consent.from) <= ms &&
      ms < Date.parse(consent.to) &&
      (consent.revokedAt === undefined || ms < Date.parse(consent.revokedAt)) &&
      (!holiday || consent.includesHolidays) &&
      consent.windows.some((window) => inside(window, local)),
  );
}

function frequencyConsent(rule: Rule, facts: CallFacts, local: DateTime): boolean {
  if (!rule.exemptBy?.includes('frequency')) return false;
  return facts.consents.some((consent) => {
    if (consent.kind !== 'frequency') return false;
    const given = DateTime.fromISO(consent.givenAt).setZone(local.zone);
    return (
      given.toMillis() <= local.toMillis() &&
      dateOf(local) <= addDays(dateOf(given), 6) &&
      (consent.revokedAt === undefined || local.toMillis() < Date.parse(consent.revokedAt))
    );
  });
}

function ruleFails(rule: Rule, input: ReferenceInput, local: DateTime): boolean {
  const { facts } = input;
  const lifted = (): boolean => timeConsent(rule, facts, local, rule.kind === 'holiday');
  if (rule.kind === 'window') return windowFails(rule, facts, local) && !lifted();
  if (rule.kind === 'blackout') return blackoutFails(rule, local) && !lifted();
  if (rule.kind === 'preference') {
    return facts.preferences.some((window) => inside(window, local)) && !lifted();
  }
  if (rule.kind === 'holiday') return holidayFails(rule, input, dateOf(local)) && !lifted();
  return standingFails(rule, facts, local) || contactFails(rule, input, local);
}

function windowFails(rule: WindowRule, facts: CallFacts, local: DateTime): boolean {
  if (rule.exemptWhen !== undefined && (facts.debt.dpd ?? -1) > rule.exemptWhen.dpdOver) {
    return false;
  }
  return !rule.windows.some((window) => inside(window, local));
}

function blackoutFails(rule: BlackoutRule, local: DateTime): boolean {
  const date = dateOf(local);
  return (
    rule.dateFrom <= date &&
    date <= rule.dateTo &&
    rule.windows.some((window) => inside(window, local))
  );
}

function holdFails(rule: HoldRule, hold: CallHold, facts: CallFacts, local: DateTime): boolean {
  const named = rule.on.includes(hold.kind) || rule.on.includes('*');
  return (
    named &&
    [undefined, facts.debt.id].includes(hold.debt) &&
    [undefined, facts.number].includes(hold.number) &&
    holdStands(hold, local)
  );
}

function holdStands(hold: CallHold, local: DateTime): boolean {
  const date = dateOf(local);
  const ms = local.toMillis();
  if (hold.startsOn !== undefined) {
    return (
      hold.startsOn <= date && (hold.days === undefined || date < addDays(hold.startsOn, hold.days))
    );
  }
  return (
    (hold.from === undefined || Date.parse(hold.from) <= ms) &&
    (hold.to === undefined || ms < Date.parse(hold.to))
  );
}

function holidayFails(
  rule: Rule & { kind: 'holiday' },
  { calendars, facts }: ReferenceInput,
  date: string,
): boolean {
  const calendar = calendars[rule.calendar];
  if (calendar?.years.includes(Number(date.slice(0, 4))) !== true) return true;
  const entry = calendar.entries[date];
  if (entry === undefined) return false;
  if (typeof entry === 'string') return rule.types.includes(entry);
  if (entry.status === 'cancelled' || !rule.types.includes(entry.type)) return false;
  return (
    entry.regions === undefined ||
    facts.region === undefined ||
    entry.regions.includes(facts.region)
  );
}

function standingFails(rule: Rule, facts: CallFacts, local: DateTime): boolean {
  const date = dateOf(local);
  const { dpd, noticeMailedOn } = facts.debt;
  if (rule.kind === 'hold') return facts.holds.some((hold) => holdFails(rule, hold, facts, local));
  if (rule.kind === 'party') return rule.deny.includes(facts.target);
  if (rule.kind === 'dpd') return dpd === undefined || dpd > rule.max;
  if (rule.kind === 'minDpd') return dpd === undefined || dpd < rule.min;
  if (rule.kind === 'wait') {
    return noticeMailedOn === undefined || date <= addDays(noticeMailedOn, rule.days);
  }
  return false;
}

function contactFails(rule: Rule, { facts, events }: ReferenceInput, local: DateTime): boolean {
  const ms = local.toMillis();
  const ago = (event: ContactEvent): number => ms - Date.parse(event.at);
  const of = (rule: { scope: readonly Scope[]; eventWhen?: When }): ContactEvent[] =>
    events.filter(
      (event) =>
        ago(event) > 0 &&
        eventListed(rule.eventWhen, event) &&
        rule.scope.every((scope) => agrees(scope, event, facts)),
    );
  const at = (event: ContactEvent): DateTime => DateTime.fromISO(event.at).setZone(local.zone);
  const within = (period: RulePeriod, end: DateTime) => (event: ContactEvent) => {
    if ('hours' in period) {
      return end.toMillis() - Date.parse(event.at) < period.hours * 3_600_000;
    }
    const first = addDays(dateOf(end), 1 - period.localDays);
    return first <= dateOf(at(event)) && dateOf(at(event)) <= dateOf(end);
  };
  const recent = (rule: { period: RulePeriod }) => within(rule.period, local);
  const capFails = (rule: CapRule): boolean => {
    if (frequencyConsent(rule, facts, local)) return false;
    const { blockFor, count, excludeOutcomes = [], max, period } = rule;
    const counted = of(rule).filter(
      (event) =>
        event.direction === 'out' &&
        !frequencyConsent(rule, facts, at(event)) &&
        (count === 'attempt'
          ? !excludeOutcomes.includes(event.outcome)
          : count.includes(event.outcome)),
    );
    if (counted.filter(recent(rule)).length >= max) return true;
    if (blockFor === undefined) return false;
    return counted.filter(within(blockFor, local)).some((last) => {
      const before = counted.filter((event) => Date.parse(event.at) <= Date.parse(last.at));
      return before.filter(within(period, at(last))).length >= max;
    });
  };
  if (rule.kind === 'cap') return capFails(rule);
  if (rule.kind === 'cooloff') {
    return (
      !frequencyConsent(rule, facts, local) &&
      of(rule).some((event) => rule.outcomes.includes(event.outcome) && recent(rule)(event))
    );
  }
  if (rule.kind === 'gap') {
    return of(rule).some(
      (event) => event.direction === 'out' && ago(event) < rule.minutes * 60_000,
    );
  }
  if (rule.kind === 'redial') {
    return of(rule).some((event) => rule.after.includes(event.outcome) && recent(rule)(event));
  }
  if (rule.kind === 'abandonment') {
    const { abandoned = 0, liveAnswered = 0 } = facts.campaignStats ?? {};
    return abandoned * 100 > rule.maxPct * liveAnswered;
  }
  return false;
}

function agrees(scope: Scope, event: ContactEvent, facts: CallFacts): boolean {
  if (scope === 'person') return event.person === facts.person;
  if (scope === 'number') return event.number === facts.number;
  if (scope === 'creditor') return event.creditor === facts.debt.creditor;
  return event.debts.includes(facts.debt.id);
}
