/**
 * The share of the calls planned for an hour, with one more, that will not be placed in it, in per
 * cent: what a queue that gets more than it serves leaves over (fluid limit; Whitt, Operations
 * Research 54, 2006). 0: there is room.
 * @param planned calls that are planned for the hour
 * @param capacity calls that agents can place in it; null: nobody knows, and nothing is crowded
 */
export function crowding(planned: number, capacity: number | null): number {
  if (capacity === null) return 0;
  return Math.round(100 * Math.max(0, 1 - capacity / (planned + 1)));
}

/** Hours without room, by their places; as short as it can be: most days nothing is crowded. */
export function crowdingOf(shares: readonly number[]): readonly number[] {
  return shares.slice(0, shares.findLastIndex((share) => share > 0) + 1);
}

/** Agents at work in an hour that is over, or under way. */
export interface FloorHour {
  /** Its beginning, ms since 1970. */
  readonly hourMs: number;
  /** The mean over the hour. */
  readonly agents: number;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/**
 * Calls that a floor can place in an hour ahead: the agents who were there at this hour on such days
 * (working days, Saturdays, Sundays; UTC), times what one places. Of an hour that nobody saw yet, as many as
 * there were when there were any.
 * @param secondsACall how long a call keeps its agent, wrap-up included; null: not seen yet
 * @returns null: nobody knows
 */
export function capacityOf(
  seen: readonly FloorHour[],
  secondsACall: number | null,
): (hourMs: number) => number | null {
  const manned = seen.filter(({ agents }) => agents > 0);
  if (secondsACall === null || secondsACall <= 0 || manned.length === 0) return () => null;
  const usual = mean(manned);
  const byHour = new Map<number, FloorHour[]>();
  for (const one of seen) {
    const hour = hourOfWeek(one.hourMs);
    byHour.set(hour, [...(byHour.get(hour) ?? []), one]);
  }
  return (hourMs) => {
    const alike = byHour.get(hourOfWeek(hourMs));
    const agents = alike === undefined ? usual : mean(alike);
    return (agents * 3_600) / secondsACall;
  };
}

const mean = (hours: readonly FloorHour[]): number =>
  hours.reduce((sum, { agents }) => sum + agents, 0) / hours.length;

/** The same for all working days. */
function hourOfWeek(hourMs: number): number {
  const hours = Math.floor(hourMs / HOUR_MS);
  // 1970-01-01 was a Thursday
  const weekday = (Math.floor(hours / DAY_HOURS) + 3) % 7;
  return Math.max(0, weekday - 4) * DAY_HOURS + (hours % DAY_HOURS);
}
