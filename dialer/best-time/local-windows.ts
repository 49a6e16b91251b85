import type { LocalWindow } from '../../src/domain/call-facts';
import { HOUR_MINUTES, minuteOfDay, weekdayOf, type WallMinute } from './wall-minute';

const clockMinute = (clock: string): number =>
  Number(clock.slice(0, 2)) * HOUR_MINUTES + Number(clock.slice(3, 5));

/** Half-open; over midnight the start day owns the window. */
export function isInside(windows: readonly LocalWindow[], at: WallMinute): boolean {
  const minute = minuteOfDay(at);
  const today = weekdayOf(at);
  const yesterday = today === 1 ? 7 : today - 1;
  return windows.some(({ days, from, to }) => {
    const [start, end] = [clockMinute(from), clockMinute(to)];
    if (start < end) return minute >= start && minute < end && days.includes(today);
    return (minute >= start && days.includes(today)) || (minute < end && days.includes(yesterday));
  });
}
