import type { CallFacts, Instant } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { appliesToCall, prepareCall, type Call } from './call-moment';
import { instantMs } from './instant';
import { checkRule, inForce, judge, momentsAt } from './judge';
import { windowEdges } from './local-window';
import type { FailedRule } from './rule-decision';
import type { Rule } from './rule-pack';
import type { StackEntry, StackLayer } from './stack';
import { zoneClock } from './zone-clock';

/** What one pack of a stack says of an hour; a pack that speaks of no hours says nothing. */
export type HourVoice = {
  /** `engine`: no zone is known, or no pack is in force. */
  readonly layer: StackLayer | 'engine';
  readonly pack: string;
  readonly version: number;
} & (
  | {
      readonly says: 'allows';
      /** Its window rules, which hold. */
      readonly rules: readonly Pick<FailedRule, 'rule' | 'force' | 'cite'>[];
    }
  | { readonly says: 'forbids'; readonly failing: readonly FailedRule[] }
);

/** Time `[from, to)` during which every pack says the same; open when none forbids. */
export interface HourSpan {
  readonly from: Instant;
  readonly to: Instant;
  readonly open: boolean;
  readonly voices: readonly HourVoice[];
}

/** Rules that open and close hours for everybody; the others look at one person or one debt. */
const HOUR_KINDS: ReadonlySet<string> = new Set([
  'window',
  'blackout',
  'holiday',
  'zone',
  'profile',
]);

/** A call of which only the circumstances named are known; nobody consented, nothing is held. */
export function bareCall(known: Pick<CallFacts, 'zones'> & Partial<CallFacts>): CallFacts {
  return {
    target: 'consumer',
    collector: 'third_party',
    person: 'anyone',
    debt: { id: 'any', kind: 'loan' },
    number: 'any',
    place: 'mobile',
    line: 'mobile',
    mode: 'live',
    ...known,
    consents: [],
    preferences: [],
    holds: [],
  };
}

/**
 * Which hours of `[from, to)` the stack leaves open, and what each pack says of them. It goes from
 * edge to edge of the wall clocks (the windows', midnight, changes of offset), so it is exact to
 * the millisecond and looks at no minute between.
 * @throws RangeError when an instant or a zone cannot be read
 */
export function hourMap(
  stack: readonly StackEntry[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  range: { readonly from: Instant; readonly to: Instant },
): HourSpan[] {
  const call = prepareCall(calendars, facts, []);
  const clocks = facts.zones.map(zoneClock);
  const edges = new Set(hourRules(stack).flatMap(clockEdges));
  const endMs = instantMs(range.to);
  const spans: (HourSpan & { readonly key: string })[] = [];
  for (let ms = instantMs(range.from); ms < endMs;) {
    const next = Math.min(endMs, ...clocks.map((clock) => clock.nextEdge(ms, edges)));
    const voices = voicesAt(stack, call, ms);
    const key = JSON.stringify(voices, inKey);
    const last = spans.at(-1);
    const same = last?.key === key;
    const from = same ? last.from : new Date(ms).toISOString();
    if (same) spans.pop();
    const open = voices.every(({ says }) => says === 'allows');
    spans.push({ from, to: new Date(next).toISOString(), open, voices, key });
    ms = next;
  }
  return spans.map(({ key: _key, ...span }) => span);
}

/** The wall clock moves on while the same rule forbids. */
const inKey = (name: string, value: unknown): unknown => (name === 'localTime' ? null : value);

/** What each pack says of one instant. */
export function voicesAt(stack: readonly StackEntry[], call: Call, atMs: number): HourVoice[] {
  const packs = stack.map(({ pack }) => pack);
  const cuts = judge({ stack: packs, call, guardMs: 0 }, atMs)
    .filter(({ failed, effect }) => effect === 'deny' && HOUR_KINDS.has(failed.kind))
    .map(({ failed }) => failed);
  const engine = cuts.filter(({ pack }) => pack === 'engine');
  const voices = stack.flatMap(({ layer, pack }): HourVoice[] => {
    const name = { layer, pack: pack.id, version: pack.version };
    const failing = cuts.filter((cut) => cut.pack === pack.id);
    if (failing.length > 0) return [{ ...name, says: 'forbids', failing }];
    const rules = openWindows({ layer, pack }, call, atMs);
    return rules.length === 0 ? [] : [{ ...name, says: 'allows', rules }];
  });
  if (engine.length === 0) return voices;
  const refusal = { layer: 'engine', pack: 'engine', version: 1 } as const;
  return [{ ...refusal, says: 'forbids', failing: engine }, ...voices];
}

/** Window rules of a pack that speak of this call now, and hold in every zone. */
function openWindows(
  { pack }: StackEntry,
  call: Call,
  atMs: number,
): Pick<FailedRule, 'rule' | 'force' | 'cite'>[] {
  const inForceNow = momentsAt(call, atMs).filter((moment) => inForce(pack, moment));
  if (inForceNow.length === 0) return [];
  return pack.rules
    .filter((rule) => rule.kind === 'window' && appliesToCall(rule, call.facts))
    .filter((rule) => inForceNow.every((moment) => checkRule(rule, moment) === null))
    .map(({ id, force, cite }) => ({ rule: id, force, cite }));
}

function hourRules(stack: readonly StackEntry[]): Rule[] {
  return stack.flatMap(({ pack }) => pack.rules).filter(({ kind }) => HOUR_KINDS.has(kind));
}

const clockEdges = (rule: Rule): readonly number[] =>
  'windows' in rule ? windowEdges(rule.windows) : [];

/** A piece of a span on one local day of a wall clock. */
export interface LocalSpan {
  /** `2026-11-29` */
  readonly date: string;
  /** ISO, 1 = Monday. */
  readonly weekday: number;
  /** `08:00` */
  readonly from: string;
  /** `20:00`; `24:00` at the end of the day. */
  readonly to: string;
  readonly span: HourSpan;
}

/** Spans cut at the midnights of one zone, by its wall clock. */
export function onWallClock(spans: readonly HourSpan[], zone: string): LocalSpan[] {
  const clock = zoneClock(zone);
  return spans.flatMap((span) => {
    const pieces: LocalSpan[] = [];
    const endMs = instantMs(span.to);
    for (let ms = instantMs(span.from); ms < endMs;) {
      const local = clock.localAt(ms);
      const to = Math.min(endMs, clock.startOfDay(local.day + 1));
      const end = clock.localAt(to);
      const { date, weekday } = local;
      const from = clockText(local.timeOfDayMs);
      pieces.push({
        date,
        weekday,
        from,
        to: end.day === local.day ? clockText(end.timeOfDayMs) : '24:00',
        span,
      });
      ms = to;
    }
    return pieces;
  });
}

const clockText = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
