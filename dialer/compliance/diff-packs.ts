import type { HourSpan } from './hour-map';
import { onWallClock } from './hour-map';
import type { Rule, RulePack } from './rule-pack';

/** A rule that is not in both versions, or not the same. */
export interface RuleChange {
  readonly rule: string;
  readonly kind: Rule['kind'];
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed rule; the values as JSON, absent: null. */
  readonly fields: readonly FieldChange[];
}
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two versions of a pack: first the pack's own fields, then its rules. */
export function diffPacks(
  before: RulePack,
  after: RulePack,
): { readonly fields: FieldChange[]; readonly rules: RuleChange[] } {
  const fields = diffFields(before, after).filter(({ field }) => field !== 'rules');
  const ids = [...new Set([...before.rules, ...after.rules].map(({ id }) => id))];
  const rules = ids.flatMap((id): RuleChange[] => {
    const old = before.rules.find((rule) => rule.id === id);
    const now = after.rules.find((rule) => rule.id === id);
    const rule = now ?? old;
    if (rule === undefined) return [];
    const name = { rule: id, kind: rule.kind };
    if (old === undefined || now === undefined) {
      return [{ ...name, change: old === undefined ? 'added' : 'removed', fields: [] }];
    }
    const changed = diffFields(old, now);
    return changed.length === 0 ? [] : [{ ...name, change: 'changed', fields: changed }];
  });
  return { fields, rules };
}

function diffFields(before: object, after: object): FieldChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const change = { field, before: json(old.get(field)), after: json(now.get(field)) };
    return change.before === change.after ? [] : [change];
  });
}

/** Keys in one order: the same value written otherwise is no change. */
function json(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_key, one: unknown) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** Hours of the wall clock that open or close, with the days and dates on which they do. */
export interface HourChange {
  readonly change: 'opens' | 'closes';
  /** `08:00` */
  readonly from: string;
  /** `20:00` */
  readonly to: string;
  /** ISO weekdays, ascending. */
  readonly weekdays: readonly number[];
  /** Local dates on which it does, ascending. */
  readonly dates: readonly string[];
  /** Dates of these weekdays in the range on which it does not. */
  readonly except: readonly string[];
  /** Rules that closed the hours before, or close them after. */
  readonly rules: readonly string[];
}

/**
 * Which hours change between two hour maps of the same range, on the wall clock of `zone`. The same
 * hours of several days are one change.
 */
export function diffHours(
  before: readonly HourSpan[],
  after: readonly HourSpan[],
  zone: string,
): HourChange[] {
  const pieces = onWallClock(changedSpans(before, after), zone);
  const groups = new Map<string, typeof pieces>();
  for (const piece of pieces) {
    const key = JSON.stringify([piece.span.open, piece.from, piece.to, cutting(piece.span)]);
    groups.set(key, [...(groups.get(key) ?? []), piece]);
  }
  const allDates = new Map(onWallClock(before, zone).map(({ date, weekday }) => [date, weekday]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const weekdays = [...new Set(same.map(({ weekday }) => weekday))].sort((a, b) => a - b);
    const dates = new Set(same.map(({ date }) => date));
    const except = [...allDates]
      .filter(([date, weekday]) => weekdays.includes(weekday) && !dates.has(date))
      .map(([date]) => date);
    return [
      {
        change: first.span.open ? 'opens' : 'closes',
        from: first.from,
        to: first.to,
        weekdays,
        dates: [...dates],
        except,
        rules: cutting(first.span),
      },
    ];
  });
}

/** Ids of the rules that forbid. */
function cutting(span: HourSpan): string[] {
  return span.voices.flatMap((voice) =>
    voice.says === 'forbids' ? voice.failing.map(({ rule }) => rule) : [],
  );
}

/**
 * Where one map is open and the other is not; `open` as in the second, the voices of the one that
 * is closed. Both maps cover the same range without a gap.
 */
function changedSpans(before: readonly HourSpan[], after: readonly HourSpan[]): HourSpan[] {
  const found: HourSpan[] = [];
  for (let i = 0, j = 0; ;) {
    const [old, now] = [before[i], after[j]];
    if (old === undefined || now === undefined) return found;
    const from = old.from > now.from ? old.from : now.from;
    const to = old.to < now.to ? old.to : now.to;
    if (old.open !== now.open) {
      const { voices } = now.open ? old : now;
      join(found, { from, to, open: now.open, voices });
    }
    if (old.to === to) i += 1;
    if (now.to === to) j += 1;
  }
}

/** A neighbour that is cut by the same rules is the same change. */
function join(spans: HourSpan[], span: HourSpan): void {
  const last = spans.at(-1);
  const same =
    last?.to === span.from &&
    last.open === span.open &&
    cutting(last).join() === cutting(span).join();
  if (same) spans.pop();
  spans.push(same ? { ...span, from: last.from } : span);
}
