import type { LocalWindow } from '../../src/domain/call-facts';
import type { LocalTime } from './zone-clock';

/** `HH:mm` in milliseconds since 00:00; `24:00` is the end of the day. */
function clockMs(clock: string): number {
  return (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60_000;
}

/** Half-open on the wall clock; over midnight the start day owns the window. */
export function inWindow(window: LocalWindow, local: LocalTime): boolean {
  const from = clockMs(window.from);
  const to = clockMs(window.to);
  const { weekday, timeOfDayMs } = local;
  if (from < to) {
    return timeOfDayMs >= from && timeOfDayMs < to && window.days.includes(weekday);
  }
  if (from === to) return false;
  if (timeOfDayMs >= from) return window.days.includes(weekday);
  return timeOfDayMs < to && window.days.includes(weekday === 1 ? 7 : weekday - 1);
}

export function inAnyWindow(windows: readonly LocalWindow[], local: LocalTime): boolean {
  return windows.some((window) => inWindow(window, local));
}

/** Of the windows of a rule, asked for at many instants. */
const edges = new WeakMap<readonly LocalWindow[], readonly number[]>();

/** When the wall clock enters or leaves one of the windows. */
export function windowEdges(windows: readonly LocalWindow[]): readonly number[] {
  let known = edges.get(windows);
  if (known === undefined) {
    known = windows.flatMap(({ from, to }) => [clockMs(from), clockMs(to)]);
    edges.set(windows, known);
  }
  return known;
}

/** `1,2,3,4,5,6 08:00-20:00` */
export function windowText({ days, from, to }: LocalWindow): string {
  return `${days.join(',')} ${from}-${to}`;
}
