import type { LocalWindow } from '../../src/domain/call-facts';
import {
  FACTOR_NAMES,
  numberBin,
  todayBin,
  weekBin,
  type FactorBins,
  type FactorName,
} from './factors';
import {
  boundChance,
  cellEffect,
  cellOf,
  factorEffect,
  portfolioChance,
  segmentLevel,
  type Groups,
} from './group-model';
import { isInside } from './local-windows';
import { payPhaseBin, type Payday } from './payday';
import { decayOver, dialsInVain, isEcho, recentAttempts, type PersonModel } from './person-model';
import { DAY_MINUTES, HOUR_MINUTES, minuteOfDay, type WallMinute } from './wall-minute';

/** What is known of the person to be called. */
export interface Person {
  readonly model: PersonModel;
  readonly payday: Payday | null;
  /** When they asked to be called. */
  readonly preferred: readonly LocalWindow[];
  /** The number that would be dialed, see {@link PastAttempt.number}; null: whichever. */
  readonly number: number | null;
}

/** Weight of the person's level beside what was seen near the hour, in expected contacts. */
const HABIT_WEIGHT = 2.5;
const LEVEL_WEIGHT = 1.2;
/** Evidence of one hour reaches this far into others, standard deviation. */
const KERNEL_MINUTES = 1.5 * HOUR_MINUTES;
/** Somebody else answered: the phone is near people, a third of what their own voice says. */
const SOMEBODY_WEIGHT = 1 / 3;
/** Standard deviations of optimism about hours of which little is known. */
export const OPTIMISM = 0.5;
/** Share of the person's usual best hours that an attempt has to be worth. */
export const WAITING_PRICE = 0.5;
const BEST_HOURS = 3;
/** A talk while there is money is worth more than one in the week before payday, bins of `pay`. */
const FUNDS_VALUE = [1, 1.15, 1, 1, 0.9] as const;

const KERNEL = Float64Array.from({ length: DAY_MINUTES }, (_, apart) =>
  Math.exp(-0.5 * (apart / KERNEL_MINUTES) ** 2),
);

/** What each remembered dial weighs now: sums over them are asked for again and again. */
interface Evidence {
  readonly minute: number;
  readonly expected: number;
  readonly contact: number;
  readonly near: number;
}

function evidenceOf({ attempts }: PersonModel, now: WallMinute): Evidence[] {
  const evidence: Evidence[] = [];
  for (const { at, kind, expected } of attempts) {
    if (at >= now) break;
    const weight = decayOver(now - at);
    const contact = kind === 'right_party' ? weight : 0;
    const near = kind === 'somebody' ? weight * SOMEBODY_WEIGHT * expected : contact;
    evidence.push({ minute: minuteOfDay(at), expected: weight * expected, contact, near });
  }
  return evidence;
}

/** The person's reach against anybody's: gamma posterior, mean 1 before anything is known. */
function levelOf(evidence: readonly Evidence[]): number {
  let contacts = 0;
  let expected = 0;
  for (const one of evidence) {
    contacts += one.contact;
    expected += one.expected;
  }
  return (LEVEL_WEIGHT + contacts) / (LEVEL_WEIGHT + expected);
}

export const personLevel = (person: PersonModel, now: WallMinute): number =>
  levelOf(evidenceOf(person, now));

/** Gamma posterior of the person's reach near an hour: mean = shape / rate. */
export interface Habit {
  readonly level: number;
  readonly shape: number;
  readonly rate: number;
}

/** The person's reach near a minute of the day, by what is known now. */
export function personHabits(person: PersonModel, now: WallMinute): (minute: number) => Habit {
  const evidence = evidenceOf(person, now);
  const level = levelOf(evidence);
  const habits = new Map<number, Habit>();
  return (minute) => {
    const known = habits.get(minute);
    if (known !== undefined) return known;
    let shape = HABIT_WEIGHT * level;
    let rate = HABIT_WEIGHT;
    for (const one of evidence) {
      const near = KERNEL[Math.abs(one.minute - minute)] ?? 0;
      shape += near * one.near;
      rate += near * one.expected;
    }
    const habit = { level, shape, rate };
    habits.set(minute, habit);
    return habit;
  };
}

/** The bins of a dial at a moment. */
export function binsAt(person: Person, at: WallMinute): FactorBins {
  const { week, today } = recentAttempts(person.model, at);
  return {
    pay: payPhaseBin(person.payday, at),
    week: weekBin(week),
    today: todayBin(today),
    number: numberBin(dialsInVain(person.model, person.number, at)),
    echo: isEcho(person.model, at) ? 1 : 0,
    wish: person.preferred.length === 0 ? 0 : isInside(person.preferred, at) ? 1 : 2,
  };
}

export const SCORE_PARTS = [
  'segment',
  'hour',
  ...FACTOR_NAMES,
  'person',
  'habit',
  'bounds',
  'funds',
  'optimism',
  'price',
  'crowd',
] as const;
export type ScorePart =
  | 'segment'
  | 'hour'
  | FactorName
  | 'person'
  | 'habit'
  | 'bounds'
  | 'funds'
  | 'optimism'
  | 'price'
  | 'crowd';

/** What a dial at a moment is worth. The parts add up to the score, in chances of a right party. */
export interface MomentScore {
  readonly at: WallMinute;
  /** Chance that the person themselves answers. */
  readonly chance: number;
  /** Chance, with what funds and what is learnt are worth, less what the attempt is worth later. */
  readonly score: number;
  readonly parts: Readonly<Record<ScorePart, number>>;
}

/** Hours 0 to 23 of the wall clock at which the law lets the person be called on a working day. */
export type LawfulHours = readonly number[];

/** Scores moments of one person; what does not change between moments is computed once. */
export function momentScorer(
  groups: Groups,
  person: Person,
  now: WallMinute,
  hours: LawfulHours,
): (at: WallMinute) => MomentScore {
  const base = portfolioChance(groups.portfolio) * segmentLevel(groups);
  const habitOf = personHabits(person.model, now);
  const usualBest = bestHours(groups, { base, habitOf }, hours);
  return (at) => {
    const bins = binsAt(person, at);
    const steps = new Steps(base);
    steps.times('hour', cellEffect(groups, cellOf(at)));
    for (const name of FACTOR_NAMES) steps.times(name, factorEffect(groups, name, bins[name]));
    const habit = habitOf(minuteOfDay(at));
    steps.times('person', habit.level);
    steps.times('habit', habit.shape / habit.rate / habit.level);
    const chance = boundChance(steps.value);
    steps.to('bounds', chance);
    steps.times('funds', FUNDS_VALUE[bins.pay] ?? 1);
    steps.add('optimism', (steps.value * OPTIMISM) / Math.sqrt(habit.shape));
    steps.add('price', -WAITING_PRICE * factorEffect(groups, 'number', bins.number) * usualBest);
    return { at, chance, score: steps.value, parts: steps.parts };
  };
}

/** Mean chance of the person's best hours of a working day, circumstances apart. */
function bestHours(
  groups: Groups,
  known: { readonly base: number; readonly habitOf: (minute: number) => Habit },
  hours: LawfulHours,
): number {
  const best = hours
    .map((hour) => {
      const { shape, rate } = known.habitOf(hour * HOUR_MINUTES + HOUR_MINUTES / 2);
      // the first cells are those of working days
      return known.base * cellEffect(groups, hour) * (shape / rate);
    })
    .sort((a, b) => b - a)
    .slice(0, BEST_HOURS);
  return best.length === 0 ? 0 : boundChance(best.reduce((sum, one) => sum + one, 0) / best.length);
}

/** A value in the making, and what each step added to it. */
class Steps {
  readonly parts = Object.fromEntries(SCORE_PARTS.map((part) => [part, 0])) as Record<
    ScorePart,
    number
  >;
  value: number;

  constructor(base: number) {
    this.value = base;
    this.parts.segment = base;
  }

  times(part: ScorePart, factor: number): void {
    this.to(part, this.value * factor);
  }

  add(part: ScorePart, points: number): void {
    this.to(part, this.value + points);
  }

  to(part: ScorePart, value: number): void {
    this.parts[part] += value - this.value;
    this.value = value;
  }
}
