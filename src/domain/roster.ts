import { DateTime } from 'luxon';
import type { FieldProblem } from './field-problem';

/** When an agent is expected at work: `[from, to)`. */
export interface Shift {
  readonly from: Date;
  readonly to: Date;
}

/** A longer one is a mistake, hours. */
export const LONGEST_SHIFT_HOURS = 16;
/** A supervisor approves work outside a shift for so long at most, hours. */
export const LONGEST_WAIVER_HOURS = 12;
/** Cause and reason of the pause at the end of a shift. */
export const SHIFT_OVER = 'shift_over';

export interface RosterRecord {
  /** The agent's first shift that is not over; null: none is planned. */
  readonly firstShift: Shift | null;
  /** Of the latest approval to work outside a shift; null: there was none. */
  readonly waivedUntil: Date | null;
}

export interface RosterRefusal {
  /** Null: none is planned. */
  readonly nextShift: Shift | null;
}

/**
 * May the agent of a pool that asks for a roster work now?
 * @returns null: yes
 */
export function rosterRefusal(
  { firstShift, waivedUntil }: RosterRecord,
  now: Date,
): RosterRefusal | null {
  if (firstShift !== null && firstShift.from <= now && now < firstShift.to) return null;
  if (waivedUntil !== null && waivedUntil > now) return null;
  return { nextShift: firstShift };
}

/** A shift as a wall clock shows it. */
export interface LocalShift {
  /** On which it begins, `2026-11-23`. */
  readonly date: string;
  /** `08:00` */
  readonly from: string;
  /** `17:00`; at or before `from` it is of the next day; `24:00` is its midnight. */
  readonly to: string;
  /** IANA. */
  readonly timeZone: string;
}

const CLOCK = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** The instants of a shift, or what is wrong with its times. */
export function shiftTimes(local: LocalShift): { value: Shift } | { problem: FieldProblem } {
  const { date, from, to, timeZone } = local;
  const day = DateTime.fromISO(date, { zone: timeZone });
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date) || !day.isValid)
    return wrong('date', 'is not a date', 'a day of the calendar, 2026-11-23');
  if (!CLOCK.test(from)) return wrong('from', 'is not a wall clock', '08:00');
  if (to !== '24:00' && !CLOCK.test(to))
    return wrong('to', 'is not a wall clock', '17:00, up to 24:00');
  const isNextDay = to === '24:00' || to <= from;
  const begin = wallClock(day, from);
  const end = wallClock(isNextDay ? day.plus({ days: 1 }) : day, to === '24:00' ? '00:00' : to);
  const jumps = 'is left out by the clock of the zone on that day';
  if (begin === null) return wrong('from', jumps, 'a time that the clock shows');
  if (end === null) return wrong('to', jumps, 'a time that the clock shows');
  const hours = (end.getTime() - begin.getTime()) / 3_600_000;
  if (hours > LONGEST_SHIFT_HOURS)
    return wrong('to', `makes a shift of ${hours} hours`, `${LONGEST_SHIFT_HOURS} hours at most`);
  return { value: { from: begin, to: end } };
}

/** Of a time that comes twice the first; null: the clock jumps over it. */
function wallClock(day: DateTime, clock: string): Date | null {
  const at = DateTime.fromISO(`${day.toISODate() ?? ''}T${clock}`, { zone: day.zone });
  return at.isValid && at.toFormat('HH:mm') === clock ? at.toJSDate() : null;
}

const wrong = (field: string, reason: string, accepted: string): { problem: FieldProblem } => ({
  problem: { field, reason, accepted },
});

/** The day of a zone's wall calendar, `[from, to)`. @throws RangeError when there is no such day */
export function localDay(date: string, timeZone: string): Shift {
  const day = DateTime.fromISO(date, { zone: timeZone });
  if (!day.isValid) throw new RangeError(`no day ${date} in ${timeZone}`);
  return {
    from: day.startOf('day').toJSDate(),
    to: day.plus({ days: 1 }).startOf('day').toJSDate(),
  };
}

export function overlaps(a: Shift, b: Shift): boolean {
  return a.from < b.to && b.from < a.to;
}
