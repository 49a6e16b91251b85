import type { AttemptBudget } from './choose-moment';
import type { PersonModel } from './person-model';
import { DAY_MINUTES, dayOf, type WallMinute } from './wall-minute';

/** The limits that the rules set for a person; null: there is none. */
export interface AttemptCaps {
  readonly perDay: number | null;
  readonly perWeek: number | null;
  readonly gapMinutes: number;
}

/** No cap: nothing is scarce, and every moment is good enough. */
const MANY = 100_000;

/**
 * What the caps leave from an instant on, by the person's remembered dials, and the first moment at
 * which one is free. The gate counts by the ledger: this only plans.
 */
export function attemptBudget(
  { attempts }: PersonModel,
  caps: AttemptCaps,
  from: WallMinute,
): { readonly freeFrom: WallMinute; readonly budget: AttemptBudget } {
  const perWeek = caps.perWeek ?? MANY;
  const perDay = caps.perDay ?? MANY;
  const dials = attempts.map(({ at }) => at).filter((at) => at > from - 7 * DAY_MINUTES);
  const gapFree = (dials.at(-1) ?? -Infinity) + caps.gapMinutes;
  // the dial after which fewer than the limit lie within seven days
  const weekFree = (dials.at(-perWeek) ?? -Infinity) + 7 * DAY_MINUTES;
  const today = dials.filter((at) => dayOf(at) === dayOf(from)).length;
  const dayFree = today >= perDay ? (dayOf(from) + 1) * DAY_MINUTES : from;
  const freeFrom = Math.max(from, gapFree, weekFree, dayFree);
  const midnight = (dayOf(freeFrom) + 1) * DAY_MINUTES;
  const onDay = dials.filter((at) => dayOf(at) === dayOf(freeFrom)).length;
  const day = { left: perDay - onDay, resetsAt: midnight };
  const inWeek = dials.filter((at) => at > freeFrom - 7 * DAY_MINUTES);
  const week = {
    left: perWeek - inWeek.length,
    resetsAt: (inWeek[0] ?? freeFrom) + 7 * DAY_MINUTES,
  };
  // the one that leaves fewer attempts an hour until it frees another
  const density = ({ left, resetsAt }: typeof day): number => left / (resetsAt - freeFrom);
  const budget =
    density(day) < density(week) ? { ...day, left: Math.min(day.left, week.left) } : week;
  return { freeFrom, budget };
}
