import type { Collector } from '../src/domain/call-facts';
import type { AttemptCaps } from './best-time/attempt-budget';
import { HOUR_MINUTES, type WallMinute } from './best-time/wall-minute';
import { bareCall, hourMap } from './compliance/hour-map';
import type { CapRule, Rule, RulePack } from './compliance/rule-pack';
import { stackFor } from './compliance/stack';
import { zoneClock } from './compliance/zone-clock';
import { knownProduct } from './gather-facts';
import type { BindingRules } from './rule-store';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAYS_AHEAD = 9;
/** A moment this near the end of a window is none: somebody has to take the call up. */
const LAST_MINUTES_MS = 10 * MINUTE_MS;

/** A lawful moment: on the person's wall clock, and as an instant. */
export interface Slot {
  readonly at: WallMinute;
  readonly ms: number;
  /** The window, or the hour, ends then. */
  readonly endMs: number;
}

/** When the law lets people like this one be called, whoever they are. */
export interface LawfulTimes {
  /** Open spans of the days ahead, instants in ms. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Hours of the wall clock that open at all. */
  readonly hours: readonly number[];
  readonly caps: AttemptCaps;
  /** Whose wall clock counts: of several zones the first; null: none is known. */
  readonly zone: string | null;
  readonly wall: (ms: number) => WallMinute;
}

/** Whom the times are for: what the stack and the hours hang on. */
export interface TimesSubject {
  readonly country: string;
  readonly collector: Collector;
  readonly creditorPacks: readonly string[];
  readonly campaignPacks: readonly string[];
  readonly province: string | null;
  readonly product: string | null;
  /** Sorted; none: nobody is called. */
  readonly zones: readonly string[];
}

const known = new WeakMap<BindingRules, Map<string, LawfulTimes>>();
/** Subjects of one set of rules that are kept; an hour later all are asked anew. */
const KEPT = 2_000;

/** Asked of the rules once an hour for each kind of person: it takes milliseconds. */
export function lawfulTimes(binding: BindingRules, who: TimesSubject, nowMs: number): LawfulTimes {
  const hour = Math.floor(nowMs / HOUR_MS);
  const key = JSON.stringify([hour, who]);
  const times = known.get(binding) ?? new Map<string, LawfulTimes>();
  known.set(binding, times);
  let found = times.get(key);
  if (found === undefined) {
    if (times.size >= KEPT) times.clear();
    found = readTimes(binding, who, hour * HOUR_MS);
    times.set(key, found);
  }
  return found;
}

function readTimes(binding: BindingRules, who: TimesSubject, fromMs: number): LawfulTimes {
  const packs = binding.packs.map(({ pack }) => pack);
  const productType = knownProduct(packs, who.product);
  const { country, collector, creditorPacks, campaignPacks, province, zones } = who;
  const stack = stackFor(packs, {
    country,
    collector,
    creditorPacks,
    campaignPacks,
    ...(province === null ? {} : { region: province }),
    ...(productType === null ? {} : { productType }),
  });
  const clock = zoneClock(zones[0] ?? 'UTC');
  const wall = (ms: number): WallMinute => {
    const { day, timeOfDayMs } = clock.localAt(ms);
    return day * 24 * HOUR_MINUTES + Math.floor(timeOfDayMs / MINUTE_MS);
  };
  const calendars = Object.fromEntries(binding.calendars.map(({ id, calendar }) => [id, calendar]));
  const range = {
    from: new Date(fromMs).toISOString(),
    to: new Date(fromMs + DAYS_AHEAD * 24 * HOUR_MS).toISOString(),
  };
  const facts = bareCall({ zones, ...(province === null ? {} : { region: province }) });
  const spans = (zones.length === 0 ? [] : hourMap(stack, calendars, facts, range))
    .filter(({ open }) => open)
    .map(({ from, to }) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) }));
  const joined = joinSpans(spans);
  return {
    spans: joined,
    hours: hoursOf(joined, wall),
    caps: capsOf(stack.map(({ pack }) => pack)),
    zone: zones[0] ?? null,
    wall,
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Spans that differ only in what the packs say of them are one. */
function joinSpans(spans: readonly Span[]): Span[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of spans) {
    const last = joined.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else joined.push({ fromMs, toMs });
  }
  return joined;
}

function hoursOf(spans: readonly Span[], wall: (ms: number) => WallMinute): number[] {
  const hours = new Set<number>();
  for (const slot of slotsOf({ spans, wall }, 0))
    hours.add(Math.floor((slot.at / HOUR_MINUTES) % 24));
  return [...hours].sort((a, b) => a - b);
}

/** The first possible moment from an instant on, then each full hour, of every open span. */
export function slotsOf(
  { spans, wall }: Pick<LawfulTimes, 'spans' | 'wall'>,
  fromMs: number,
): Slot[] {
  const slots: Slot[] = [];
  for (const span of spans) {
    let ms = Math.max(span.fromMs, Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS);
    while (ms < span.toMs) {
      const at = wall(ms);
      const nextMs = ms + (HOUR_MINUTES - (at % HOUR_MINUTES)) * MINUTE_MS;
      const endMs = Math.min(nextMs, span.toMs);
      if (endMs - ms >= LAST_MINUTES_MS) slots.push({ at, ms, endMs });
      ms = nextMs;
    }
  }
  return slots;
}

/** The tightest limits on attempts to one person; the gate asks the rules themselves. */
function capsOf(stack: readonly RulePack[]): AttemptCaps {
  const rules = stack.flatMap((pack) => pack.rules).filter(bindsAttempts);
  const caps = rules.filter((rule) => rule.kind === 'cap');
  const least = (days: number): number | null => {
    const max = caps.filter((cap) => daysOf(cap) === days).map((cap) => cap.max);
    return max.length === 0 ? null : Math.max(1, Math.min(...max));
  };
  const gaps = rules.flatMap((rule) => (rule.kind === 'gap' ? [rule.minutes] : []));
  return { perDay: least(1), perWeek: least(7), gapMinutes: Math.max(0, ...gaps) };
}

function bindsAttempts(rule: Rule): boolean {
  const collects = rule.when?.purpose?.includes('collect') ?? true;
  return collects && (rule.kind === 'gap' || (rule.kind === 'cap' && rule.count === 'attempt'));
}

const daysOf = ({ period }: CapRule): number =>
  'hours' in period ? Math.ceil(period.hours / 24) : period.localDays;
