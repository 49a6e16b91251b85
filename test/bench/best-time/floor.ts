import {
  DAY_MINUTES,
  HOUR_MINUTES,
  hourOf,
  type WallMinute,
} from '../../../dialer/best-time/wall-minute';
import type { ContactKind } from '../../../dialer/best-time/contact-kind';
import {
  FIRST_HOUR,
  LAST_HOUR,
  makePopulation,
  trueChance,
  type Effects,
  type Recent,
  type SimulatedPerson,
} from './population';
import { Random } from './random';

export const CAPS = { perDay: 3, gapMinutes: 120, silenceDays: 7 };
/** Monday 2026-01-05. */
export const START: WallMinute = 20_458 * DAY_MINUTES;
export const WEEKS = 8;
const HISTORY_WEEKS = 4;
/** Somebody else answers, whoever is called. */
const SOMEBODY_CHANCE = 0.04;
const WRONG_NUMBER_SOMEBODY = 0.25;

/** One dial and what came of it. */
export interface Dial {
  readonly person: SimulatedPerson;
  readonly at: WallMinute;
  readonly kind: ContactKind;
  readonly recent: Recent;
}

/** Who is dialed in an hour. It sees what the product would see, and learns from each dial. */
export interface Policy {
  readonly name: string;
  /** At most `capacity` of those who may be dialed now, best first. */
  pick(at: WallMinute, free: readonly SimulatedPerson[], capacity: number): SimulatedPerson[];
  learn(dial: Dial): void;
}

export interface Setting {
  readonly people: number;
  /** Dials a person and week that agents have time for. */
  readonly dialsAWeek: number;
  /** Nobody gets more than these in a calendar week: everybody gets about the same. */
  readonly equalShare: boolean;
  readonly effects: Effects;
  /** Dials that the law allows in 7 days. */
  readonly perWeek: number;
  /** Hours of the day at which agents are there: from, to. */
  readonly shift: readonly [number, number];
}

/** Agents are there whenever the law lets people be called. */
export const ALL_DAY = [FIRST_HOUR, LAST_HOUR + 1] as const;

/** Dials that agents have time for in an hour: as many in each of their shift, none in others. */
export function capacityAt({ people, dialsAWeek, shift }: Setting, at: WallMinute): number {
  const [from, to] = shift;
  const hour = hourOf(at);
  return hour < from || hour >= to ? 0 : Math.round((people * dialsAWeek) / (6 * (to - from)));
}

export interface Outcome {
  readonly dials: number;
  readonly contacts: number;
  readonly reached: number;
}

/** Hours 8 to 19, Monday to Saturday. */
export function* lawfulHours(from: WallMinute, weeks: number): Generator<WallMinute> {
  for (let day = 0; day < weeks * 7; day++) {
    if (day % 7 === 6) continue;
    for (let hour = FIRST_HOUR; hour <= LAST_HOUR; hour++) {
      yield from + day * DAY_MINUTES + hour * HOUR_MINUTES;
    }
  }
}

/** Four weeks of random dials to other people: what a creditor's history has taught. */
export function history(seed: number, setting: Setting): Dial[] {
  const start = START - HISTORY_WEEKS * 7 * DAY_MINUTES;
  const random = new Random(seed * 7919 + 1);
  const people = makePopulation(random, setting.people / 2, start, HISTORY_WEEKS);
  const dials: Dial[] = [];
  const policy: Policy = { ...randomPolicy(random), learn: (dial) => dials.push(dial) };
  run({ seed, setting, start, weeks: HISTORY_WEEKS, people, policy });
  return dials;
}

export function randomPolicy(random: Random): Policy {
  return {
    name: 'random lawful moment',
    pick: (_at, free, capacity) => shuffled(random, free).slice(0, capacity),
    learn: () => undefined,
  };
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

export function simulate(
  seed: number,
  setting: Setting,
  policy: (people: readonly SimulatedPerson[]) => Policy,
): Outcome {
  const people = makePopulation(new Random(seed), setting.people, START, WEEKS);
  return run({ seed, setting, start: START, weeks: WEEKS, people, policy: policy(people) });
}

interface Run {
  readonly seed: number;
  readonly setting: Setting;
  readonly start: WallMinute;
  readonly weeks: number;
  readonly people: readonly SimulatedPerson[];
  readonly policy: Policy;
}

function run({ seed, setting, start, weeks, people, policy }: Run): Outcome {
  const random = new Random(seed * 31 + 17);
  const lines = people.map(() => new Line());
  const quota = setting.equalShare ? setting.dialsAWeek : Infinity;
  const staffed = { ...setting, people: people.length };
  const limits = { quota, perWeek: setting.perWeek };
  let dials = 0;
  for (const at of lawfulHours(start, weeks)) {
    const free = people.filter(({ id }) => lines[id]?.mayBeDialed(at, start, limits) === true);
    for (const person of policy.pick(at, free, capacityAt(staffed, at))) {
      const line = lines[person.id];
      if (line === undefined) continue;
      const recent = line.recent(at);
      const kind = outcome(random, person, at, trueChance(person, at, recent, setting.effects));
      line.dialed(at, kind);
      policy.learn({ person, at, kind, recent });
      dials += 1;
    }
  }
  const contacts = lines.reduce((sum, line) => sum + line.contacts, 0);
  return { dials, contacts, reached: lines.filter((line) => line.contacts > 0).length };
}

function outcome(
  random: Random,
  person: SimulatedPerson,
  at: WallMinute,
  chance: number,
): ContactKind {
  if (random.chance(chance)) return 'right_party';
  const lost = person.losesNumberAt !== null && at >= person.losesNumberAt;
  const somebody = person.wrongNumber || lost ? WRONG_NUMBER_SOMEBODY : SOMEBODY_CHANCE;
  return random.chance(somebody) ? 'somebody' : 'nobody';
}

interface Limits {
  /** In a calendar week. */
  readonly quota: number;
  /** In any 7 days. */
  readonly perWeek: number;
}

/** What the caps know of one person. */
class Line {
  private readonly dials: WallMinute[] = [];
  private silentUntil = 0;
  contacts = 0;

  mayBeDialed(at: WallMinute, start: WallMinute, { quota, perWeek }: Limits): boolean {
    const last = this.dials.at(-1) ?? -Infinity;
    if (at < this.silentUntil || at - last < CAPS.gapMinutes) return false;
    const { week, today } = this.recent(at);
    if (week >= perWeek || today >= CAPS.perDay) return false;
    const monday = at - ((at - start) % (7 * DAY_MINUTES));
    return this.since(monday) < quota;
  }

  recent(at: WallMinute): Recent {
    return {
      week: this.since(at - 7 * DAY_MINUTES + 1),
      today: this.since(at - (at % DAY_MINUTES)),
    };
  }

  private since(at: WallMinute): number {
    let count = 0;
    for (let place = this.dials.length - 1; place >= 0; place--) {
      if ((this.dials[place] ?? 0) < at) break;
      count += 1;
    }
    return count;
  }

  dialed(at: WallMinute, kind: ContactKind): void {
    this.dials.push(at);
    if (kind !== 'right_party') return;
    this.contacts += 1;
    this.silentUntil = at + CAPS.silenceDays * DAY_MINUTES;
  }
}
