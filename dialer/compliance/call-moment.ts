import type {
  CallFacts,
  ContactEvent,
  FrequencyConsent,
  TimeConsent,
} from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { instantMs } from './instant';
import { inAnyWindow, windowEdges } from './local-window';
import { mayBeInAny } from './region';
import type { Rule, RuleBase, When } from './rule-pack';
import type { RuleInputs } from './rule-decision';
import type { LocalTime, ZoneClock } from './zone-clock';

/** What one decision rests on, read once. */
export interface Call {
  readonly facts: CallFacts;
  readonly calendars: Readonly<Record<string, Calendar | undefined>>;
  /** Oldest first. */
  readonly events: readonly PastEvent[];
  /** Those that a rule counts, whenever they were: found once, asked for at many instants. */
  readonly eventsOfRule: Map<Rule, readonly PastEvent[]>;
  readonly timeConsents: readonly TimeConsent[];
  readonly frequencyConsents: readonly FrequencyConsent[];
}

export interface PastEvent {
  readonly atMs: number;
  readonly event: ContactEvent;
}

/** The call, looked at in one candidate zone at one instant. */
export interface CallMoment {
  readonly call: Call;
  readonly clock: ZoneClock;
  readonly atMs: number;
  readonly local: LocalTime;
}

/** A rule that fails in one zone. */
export interface Failure {
  /** Nothing but the end of its pack lifts it before; Infinity: no time does. */
  readonly untilMs: number;
  /** Written only when somebody reads them: a search looks at many instants. */
  readonly inputs: () => RuleInputs;
}

/** @throws RangeError when an instant cannot be read */
export function prepareCall(
  calendars: Call['calendars'],
  facts: CallFacts,
  events: readonly ContactEvent[],
): Call {
  return {
    facts,
    calendars,
    events: oldestFirst(events.map((event) => ({ atMs: instantMs(event.at), event }))),
    eventsOfRule: new Map(),
    timeConsents: facts.consents.filter((consent) => consent.kind === 'time'),
    frequencyConsents: facts.consents.filter((consent) => consent.kind === 'frequency'),
  };
}

/** The database gives them so already. */
function oldestFirst(events: PastEvent[]): PastEvent[] {
  for (let index = 1; index < events.length; index += 1) {
    const [before, after] = [events[index - 1], events[index]];
    if (before && after && before.atMs > after.atMs) return events.sort((a, b) => a.atMs - b.atMs);
  }
  return events;
}

/** `[from, to)`; an end that is not named is open. */
export function isDuring(
  span: { readonly from?: string; readonly to?: string },
  atMs: number,
): boolean {
  return (
    (span.from === undefined || instantMs(span.from) <= atMs) &&
    (span.to === undefined || atMs < instantMs(span.to))
  );
}

/** Does the rule speak of such a call? */
export function appliesToCall({ when }: Rule, facts: CallFacts): boolean {
  return when === undefined || matches(when, facts, facts.debt.kind);
}

type Subject = { readonly [Field in Exclude<keyof When, 'debtKind'>]?: string };

export function matches(when: When, subject: Subject, debtKind?: string): boolean {
  for (const [field, accepted] of Object.entries(when) as [keyof When, readonly string[]][]) {
    if (field === 'region') {
      if (!mayBeInAny(accepted, subject.region)) return false;
      continue;
    }
    const value = field === 'debtKind' ? debtKind : subject[field];
    const known = value ?? (field === 'purpose' ? 'collect' : undefined);
    if (known === undefined || !accepted.includes(known)) return false;
  }
  return true;
}

/** The person consented to calls at such a time, and the rule lets consent lift it. */
export function liftedByTimeConsent(
  rule: RuleBase,
  { call, atMs, local }: CallMoment,
  onHoliday: boolean,
): boolean {
  if (rule.overridableBy?.includes('time') !== true) return false;
  return call.timeConsents.some(
    (consent) =>
      (!onHoliday || consent.includesHolidays) &&
      isDuring(consent, atMs) &&
      isDuring({ ...(consent.revokedAt !== undefined && { to: consent.revokedAt }) }, atMs) &&
      inAnyWindow(consent.windows, local),
  );
}

/** When a rule of the wall clock may next change: one of its edges, or those of a consent. */
export function nextClockChange(
  rule: RuleBase,
  { call, clock, atMs }: CallMoment,
  edges: readonly number[],
): number {
  if (rule.overridableBy?.includes('time') !== true || call.timeConsents.length === 0) {
    return clock.nextEdge(atMs, edges);
  }
  const all = [...edges, ...call.timeConsents.flatMap((consent) => windowEdges(consent.windows))];
  const starts = call.timeConsents.map((consent) => instantMs(consent.from));
  return Math.min(clock.nextEdge(atMs, all), ...starts.filter((ms) => ms > atMs));
}

export function instantText(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}
