import { z } from 'zod';
import type { LocalWindow } from './call-facts';
import { refused, type Parsed } from './problem';

const CLOCK = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** A time of the week as a caller states it; see {@link windowProblem} for what fits together. */
export const localWindow = z.strictObject({
  days: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .describe('ISO weekdays, 1 is Monday; over midnight the start day owns the window'),
  from: z.string().regex(CLOCK, 'a wall clock, 09:00'),
  to: z.string().regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'a wall clock up to 24:00'),
});

/** What keeps a well-formed window from meaning anything, or null. */
export function windowProblem(window: LocalWindow): { reason: string; accepted: string } | null {
  if (window.from === window.to) {
    return { reason: 'is empty', accepted: 'two different times; a whole day is 00:00 to 24:00' };
  }
  return new Set(window.days).size === window.days.length
    ? null
    : { reason: 'names a day twice', accepted: 'each weekday once' };
}

/** Days in ascending order: windows that mean the same are the same. */
export function orderedWindow({ days, from, to }: LocalWindow): LocalWindow {
  return { days: days.toSorted((a, b) => a - b), from, to };
}

/** `1-5` or `1,3,7` to ISO weekdays. */
export function parseDays(text: string): Parsed<number[]> {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*([1-7])(?:\s*-\s*([1-7]))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || last < first) {
      return refused('not weekdays', '1-5 or 1,3,7 (1 is Monday)');
    }
    for (let day = first; day <= last; day++) days.add(day);
  }
  return { value: [...days].sort((a, b) => a - b) };
}

/** `1-5 17:00-20:00; 7 09:00-12:00` to windows. */
export function parseWindows(text: string): Parsed<LocalWindow[]> {
  const windows: LocalWindow[] = [];
  for (const part of text.split(';')) {
    const match = /^\s*([1-7][1-7,\s-]*?)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*$/.exec(part);
    const days = parseDays(match?.[1] ?? '');
    if (match?.[2] === undefined || match[3] === undefined || !('value' in days)) {
      return refused('not times of the week', '1-5 17:00-20:00; 7 09:00-12:00 (1 is Monday)');
    }
    windows.push({ days: days.value, from: match[2], to: match[3] });
  }
  return { value: windows };
}
