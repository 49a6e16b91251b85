import type { LocalWindow } from '../../../src/domain/call-facts';
import { isInside } from '../../../dialer/best-time/local-windows';
import { daysSincePayday, type PayCycle } from '../../../dialer/best-time/payday';
import {
  DAY_MINUTES,
  dayOf,
  hourOf,
  minuteOfDay,
  weekdayKindOf,
  type WallMinute,
} from '../../../dialer/best-time/wall-minute';
import type { Random } from './random';

/** How a kind of people answers over the hours 8 to 19, on working days and on Saturdays. */
interface Habit {
  readonly weekday: readonly number[];
  readonly saturday: readonly number[];
}
const HABITS: readonly Habit[] = [
  // employees: before work, at noon, in the evening
  {
    weekday: [0.9, 0.5, 0.5, 0.6, 1.5, 1.1, 0.6, 0.5, 0.7, 1.3, 1.7, 1.6],
    saturday: [0.8, 1.2, 1.4, 1.3, 1, 0.9, 0.9, 1, 1.1, 1.2, 1.2, 1.1],
  },
  // shopkeepers: slow hours of the shop
  {
    weekday: [0.6, 0.8, 1.2, 1.3, 0.8, 1.4, 1.6, 1.3, 0.9, 0.7, 0.7, 0.8],
    saturday: [0.6, 0.6, 0.8, 0.9, 0.6, 1, 1.1, 1, 0.7, 0.6, 0.7, 0.8],
  },
  // night shifts: asleep in the morning
  {
    weekday: [0.4, 0.2, 0.2, 0.2, 0.4, 0.9, 1.6, 2, 2, 1.7, 1.3, 0.9],
    saturday: [0.5, 0.3, 0.3, 0.4, 0.6, 1, 1.4, 1.6, 1.6, 1.4, 1.2, 1],
  },
  // at home
  {
    weekday: [0.8, 1.5, 1.7, 1.4, 0.8, 0.8, 1.1, 1.1, 1, 0.8, 0.6, 0.6],
    saturday: [0.8, 1, 1.1, 1, 0.9, 0.9, 1, 1, 1, 0.9, 0.8, 0.8],
  },
];
export const FIRST_HOUR = 8;
export const LAST_HOUR = 19;
const MEAN_CHANCE = 0.078;

/** One person as they are; what the product knows of them is `segment`, `payday` and `preferred`. */
export interface SimulatedPerson {
  readonly id: number;
  /** What the creditor's data say: mostly, not always, the kind they are. */
  readonly segment: number;
  readonly balance: number;
  readonly payday: PayCycle | null;
  readonly preferred: readonly LocalWindow[];
  readonly kind: number;
  readonly level: number;
  readonly peak: number;
  readonly peakHeight: number;
  readonly truePayday: PayCycle;
  readonly payLift: number;
  readonly wrongNumber: boolean;
  /** From here on another life: hours of another kind, another peak; null: never. */
  readonly movesAt: WallMinute | null;
  readonly newKind: number;
  readonly newPeak: number;
  /** From here on the number is somebody else's; null: never. */
  readonly losesNumberAt: WallMinute | null;
}

export interface Effects {
  /** 1: hours matter as they are drawn; 0.5: half as much. */
  readonly timeOfDay: number;
}

export function makePopulation(
  random: Random,
  size: number,
  start: WallMinute,
  weeks: number,
): SimulatedPerson[] {
  const within = (): WallMinute => start + random.integer(weeks * 7) * DAY_MINUTES;
  return Array.from({ length: size }, (_, id) => {
    const kind = random.integer(HABITS.length);
    const monthly = random.chance(0.75);
    const truePayday: PayCycle = monthly
      ? { kind: 'monthly', dayOfMonth: random.pick([1, 5, 10, 25, 25, 25, 28, 30]) }
      : { kind: 'irregular' };
    const peak = random.between(FIRST_HOUR, LAST_HOUR + 1);
    return {
      id,
      kind,
      segment: random.chance(0.8) ? kind : random.integer(HABITS.length),
      balance: Math.exp(random.normal()),
      level: random.gammaOfMeanOne(1.4),
      peak,
      peakHeight: random.between(0, 2.2),
      truePayday,
      payLift: random.between(1, 1.5),
      payday: monthly && random.chance(0.5) ? truePayday : null,
      preferred: random.chance(0.05) ? [aroundPeak(peak)] : [],
      wrongNumber: random.chance(0.07),
      movesAt: random.chance(0.1) ? within() : null,
      newKind: random.integer(HABITS.length),
      newPeak: random.between(FIRST_HOUR, LAST_HOUR + 1),
      losesNumberAt: random.chance(0.05) ? within() : null,
    };
  });
}

function aroundPeak(peak: number): LocalWindow {
  const from = Math.max(FIRST_HOUR, Math.floor(peak) - 1);
  const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
  return { days: [1, 2, 3, 4, 5, 6], from: clock(from), to: clock(Math.min(20, from + 3)) };
}

/** What has happened to the person lately. */
export interface Recent {
  readonly week: number;
  readonly today: number;
}

/** The true chance that the person themselves answers. */
export function trueChance(
  person: SimulatedPerson,
  at: WallMinute,
  recent: Recent,
  effects: Effects,
): number {
  if (person.wrongNumber || (person.losesNumberAt !== null && at >= person.losesNumberAt)) return 0;
  const hours = hourEffect(person, at) ** effects.timeOfDay;
  const pay = payEffect(person, at);
  const tired = 0.94 ** recent.week * 0.75 ** recent.today;
  return Math.min(0.9, MEAN_CHANCE * person.level * hours * pay * tired);
}

function hourEffect(person: SimulatedPerson, at: WallMinute): number {
  const moved = person.movesAt !== null && at >= person.movesAt;
  const habit = HABITS[moved ? person.newKind : person.kind];
  const profile = weekdayKindOf(at) === 0 ? habit?.weekday : habit?.saturday;
  const kindly = profile?.[hourOf(at) - FIRST_HOUR] ?? 0;
  const hour = minuteOfDay(at) / 60;
  const apart = (hour - (moved ? person.newPeak : person.peak)) / 1.3;
  const peak = person.peakHeight * Math.exp(-0.5 * apart * apart);
  // the peak adds about a quarter of its height over the day: taken off again
  return (kindly + peak) / (1 + 0.27 * person.peakHeight);
}

function payEffect({ truePayday, payLift }: SimulatedPerson, at: WallMinute): number {
  const since = daysSincePayday(truePayday, dayOf(at));
  if (since === null) return 1;
  if (since < 3) return payLift;
  return since > 22 ? 1 / payLift : 1;
}

/** Does the person ask, in their own time, for what suits them? */
export const isWished = (person: SimulatedPerson, at: WallMinute): boolean =>
  isInside(person.preferred, at);
