import { attemptBudget } from '../../../dialer/best-time/attempt-budget';
import { crowding, crowdingOf } from '../../../dialer/best-time/crowd';
import { chanceNow, decideMoment } from '../../../dialer/best-time/decide-moment';
import { DAY_MINUTES, type WallMinute } from '../../../dialer/best-time/wall-minute';
import { rankOf } from '../../../dialer/select/rank';
import { USUAL_ORDERING } from '../../../src/domain/campaign-document/ordering';
import { CAPS, lawfulHours, type Dial, type Policy } from './floor';
import { bestOf, HOURS, Memory } from './policies';
import type { SimulatedPerson } from './population';

const DAYS_AHEAD = 9;
const MINUTE_MS = 60_000;
const STANDING = { objects: false, inControl: false };
/** Of middling value. */
const ALIKE = { amountDueMinor: '15000000', daysPastDue: 45, promiseBroken: false };

export interface ProductOptions {
  /** Calls that agents can place in an hour; null: the product does not know, and levels nothing. */
  readonly capacity: ((at: WallMinute) => number) | null;
  readonly perWeek: number;
}

/**
 * The product, by its own functions in its own order: an outcome is learnt from and the person's next
 * moment is chosen (learn-outcomes.ts); who is due without one is chosen for (judge-due.ts); who is due
 * is ranked (promote.ts). All balances are alike: only the moment is chosen.
 */
export function ours(history: readonly Dial[], { capacity, perWeek }: ProductOptions): Policy {
  const memory = new Memory(history);
  const plannedFor = new Map<number, WallMinute>();
  const load = new Map<WallMinute, number>();
  const plan = (one: SimulatedPerson, from: WallMinute, now: WallMinute): void => {
    const person = memory.person(one);
    const { freeFrom, budget } = attemptBudget(person.model, { ...CAPS, perWeek }, from);
    const slots = slotsFrom(freeFrom);
    const question = {
      ...{ groups: memory.groups(one.segment), person, now, slots, hours: HOURS, budget },
      crowded: crowdingOf(
        slots.map((at) => crowding(load.get(at) ?? 0, capacity === null ? null : capacity(at))),
      ),
    };
    const at = decideMoment(question, STANDING, 0).at ?? freeFrom;
    plannedFor.set(one.id, at);
    load.set(at, (load.get(at) ?? 0) + 1);
  };
  const rank = (one: SimulatedPerson, at: WallMinute): number => {
    const options = { ...STANDING, hours: HOURS };
    const groups = memory.groups(one.segment);
    const { standing: chance } = chanceNow(groups, memory.person(one), at, options);
    const dueAt = new Date((plannedFor.get(one.id) ?? at) * MINUTE_MS).toISOString();
    return rankOf(USUAL_ORDERING, { ...ALIKE, dueAt, chance }).rank;
  };
  return {
    name: capacity === null ? 'ours, hours not levelled' : 'ours',
    pick: (at, free, places) => {
      for (const one of free) if (!plannedFor.has(one.id)) plan(one, at, at);
      const due = free.filter(({ id }) => (plannedFor.get(id) ?? at) <= at);
      return bestOf(due, (one) => rank(one, at), places);
    },
    learn: (dial) => {
      memory.learn(dial);
      const silent = dial.kind === 'right_party' ? CAPS.silenceDays * DAY_MINUTES : CAPS.gapMinutes;
      plan(dial.person, dial.at + silent, dial.at);
    },
  };
}

/** Lawful hours from a moment on. */
function slotsFrom(from: WallMinute): WallMinute[] {
  const day = from - (from % DAY_MINUTES);
  // 1970-01-05 was a Monday
  const monday = day - ((((day / DAY_MINUTES - 4) % 7) + 7) % 7) * DAY_MINUTES;
  const slots: WallMinute[] = [];
  for (const at of lawfulHours(monday, 3)) {
    if (at >= from && at < from + DAYS_AHEAD * DAY_MINUTES) slots.push(at);
  }
  return slots;
}
