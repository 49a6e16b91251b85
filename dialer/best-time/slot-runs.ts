import { HOUR_MINUTES, type WallMinute } from './wall-minute';

/** Moments an hour apart: the first, and how many. */
export type SlotRun = readonly [first: WallMinute, count: number];

/** A week of lawful hours is a run a day. */
export function toRuns(slots: readonly WallMinute[]): SlotRun[] {
  const runs: [WallMinute, number][] = [];
  for (const slot of slots) {
    const last = runs.at(-1);
    if (last !== undefined && slot === last[0] + last[1] * HOUR_MINUTES) last[1] += 1;
    else runs.push([slot, 1]);
  }
  return runs;
}

export function fromRuns(runs: readonly SlotRun[]): WallMinute[] {
  return runs.flatMap(([first, count]) =>
    Array.from({ length: count }, (_, index) => first + index * HOUR_MINUTES),
  );
}
