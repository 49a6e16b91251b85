import { IANAZone } from 'luxon';

export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Spans of one offset are found once for each chunk of time, then kept. */
const CHUNK_MS = 400 * DAY_MS;
/** No zone has changed its offset twice within eleven days since 2012, and all on whole minutes. */
const STEP_MS = 10 * DAY_MS;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Time during which a zone keeps one offset from UTC: `[fromMs, toMs)`. */
interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

/** An instant as the person's wall clock shows it. */
export interface LocalTime {
  /** Days since 1970-01-01 on the wall calendar. */
  readonly day: number;
  /** `2026-11-23` */
  readonly date: string;
  /** ISO weekday, 1 = Monday. */
  readonly weekday: number;
  /** Milliseconds of the wall clock since 00:00. */
  readonly timeOfDayMs: number;
}

/**
 * The wall clock of one zone. The time-zone database is asked through luxon, once for each change of
 * offset: a decision looks at hundreds of instants, and asking for each would cost milliseconds.
 */
export class ZoneClock {
  private readonly chunks = new Map<number, readonly OffsetSpan[]>();
  private last: OffsetSpan = { fromMs: 0, toMs: 0, offsetMs: 0 };

  constructor(
    readonly zone: string,
    private readonly source: IANAZone,
  ) {}

  localAt(ms: number): LocalTime {
    const wallMs = ms + this.spanAt(ms).offsetMs;
    const day = Math.floor(wallMs / DAY_MS);
    const timeOfDayMs = wallMs - day * DAY_MS;
    return { day, date: dateOfDay(day), weekday: weekdayOf(day), timeOfDayMs };
  }

  /** Local day of an instant, as days since 1970-01-01. */
  dayAt(ms: number): number {
    return Math.floor((ms + this.spanAt(ms).offsetMs) / DAY_MS);
  }

  /**
   * The next instant after `ms` at which the wall clock shows midnight or one of `edges` (milliseconds
   * since 00:00), or jumps: nothing that hangs on the wall clock changes before it.
   */
  nextEdge(ms: number, edges: Iterable<number>): number {
    const { offsetMs, toMs } = this.spanAt(ms);
    const timeOfDayMs = ms + offsetMs - Math.floor((ms + offsetMs) / DAY_MS) * DAY_MS;
    let next = DAY_MS;
    for (const edge of edges) if (edge > timeOfDayMs && edge < next) next = edge;
    return Math.min(ms + next - timeOfDayMs, toMs);
  }

  /** The first instant of a local day; of the day after when the zone skipped it. */
  startOfDay(day: number): number {
    // no offset is beyond 24 h: whatever comes first is after this
    let span = this.spanAt((day - 1) * DAY_MS);
    for (;;) {
      const start = Math.max(day * DAY_MS - span.offsetMs, span.fromMs);
      if (start < span.toMs) return start;
      span = this.spanAt(span.toMs);
    }
  }

  private spanAt(ms: number): OffsetSpan {
    if (ms >= this.last.fromMs && ms < this.last.toMs) return this.last;
    const index = Math.floor(ms / CHUNK_MS);
    let spans = this.chunks.get(index);
    if (spans === undefined) {
      spans = this.spansOf(index * CHUNK_MS, (index + 1) * CHUNK_MS);
      this.chunks.set(index, spans);
    }
    const span = spans.find(({ toMs }) => ms < toMs);
    if (span === undefined) throw new RangeError(`${ms} is not an instant`);
    this.last = span;
    return span;
  }

  private spansOf(fromMs: number, endMs: number): OffsetSpan[] {
    const spans: OffsetSpan[] = [];
    let start = fromMs;
    let offset = this.offsetAt(fromMs);
    for (let seen = fromMs; seen < endMs; seen += STEP_MS) {
      const after = this.offsetAt(seen + STEP_MS);
      if (after === offset) continue;
      const change = this.changeBetween(seen, seen + STEP_MS, offset);
      spans.push({ fromMs: start, toMs: change, offsetMs: offset });
      start = change;
      offset = after;
    }
    if (start < endMs) spans.push({ fromMs: start, toMs: endMs, offsetMs: offset });
    return spans;
  }

  /** First minute in `(fromMs, toMs]` whose offset is another one. */
  private changeBetween(fromMs: number, toMs: number, offsetMs: number): number {
    let same = fromMs / MINUTE_MS;
    let other = toMs / MINUTE_MS;
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (this.offsetAt(middle * MINUTE_MS) === offsetMs) same = middle;
      else other = middle;
    }
    return other * MINUTE_MS;
  }

  private offsetAt(ms: number): number {
    return this.source.offset(ms) * MINUTE_MS;
  }
}

const clocks = new Map<string, ZoneClock>();

/** @throws RangeError when the time-zone database has no such zone */
export function zoneClock(zone: string): ZoneClock {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    const source = IANAZone.create(zone);
    if (!source.isValid) throw new RangeError(`no time zone ${zone}`);
    clock = new ZoneClock(zone, source);
    clocks.set(zone, clock);
  }
  return clock;
}

/** `Mon 2026-11-23 07:59:59` */
export function localText({ date, weekday, timeOfDayMs }: LocalTime): string {
  const clock = new Date(timeOfDayMs).toISOString().slice(11, 19);
  return `${WEEKDAYS[weekday - 1] ?? ''} ${date} ${clock}`;
}

/** `2026-11-23` as days since 1970-01-01. */
export function dayOfDate(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

/** Dates are asked for again and again, and are few: those around now. */
const dates = new Map<number, string>();

export function dateOfDay(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    dates.set(day, date);
  }
  return date;
}

/** ISO weekday; day 0 was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
