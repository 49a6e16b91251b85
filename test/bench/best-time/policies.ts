import {
  cellOf,
  expectedChance,
  NEW_GROUP,
  type GroupModel,
} from '../../../dialer/best-time/group-model';
import {
  binsAt,
  momentScorer,
  personHabits,
  type Person,
} from '../../../dialer/best-time/moment-score';
import { observe } from '../../../dialer/best-time/observe';
import { NEW_PERSON, type PersonModel } from '../../../dialer/best-time/person-model';
import {
  DAY_MINUTES,
  dayOf,
  minuteOfDay,
  type WallMinute,
} from '../../../dialer/best-time/wall-minute';
import type { Dial, Policy } from './floor';
import {
  FIRST_HOUR,
  LAST_HOUR,
  trueChance,
  type Effects,
  type SimulatedPerson,
} from './population';
import { Random } from './random';

/** Latest dials that the oracle looks at. */
const REMEMBERED = 7;
export const HOURS = Array.from(
  { length: LAST_HOUR - FIRST_HOUR + 1 },
  (_, index) => FIRST_HOUR + index,
);

type Rank = (person: SimulatedPerson, at: WallMinute) => number;

/** Dials those who rank highest now. */
function byRank(name: string, rank: Rank, learn: (dial: Dial) => void): Policy {
  return {
    name,
    pick: (at, free, capacity) => bestOf(free, (person) => rank(person, at), capacity),
    learn,
  };
}

export function bestOf(
  people: readonly SimulatedPerson[],
  rank: (person: SimulatedPerson) => number,
  capacity: number,
): SimulatedPerson[] {
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, capacity)
    .map(({ person }) => person);
}

export const byBalance = (): Policy =>
  byRank(
    'by balance',
    ({ balance }) => balance,
    () => undefined,
  );

/** The segment's share of right parties in the hour, against its best hours. */
export function segmentBestHour(seed: number, history: readonly Dial[]): Policy {
  const random = new Random(seed * 53 + 5);
  const dials = new Map<string, { contacts: number; dials: number }>();
  const learn = ({ person, at, kind }: Dial): void => {
    const key = `${person.segment} ${cellOf(at)}`;
    const cell = dials.get(key) ?? { contacts: 0, dials: 0 };
    cell.dials += 1;
    if (kind === 'right_party') cell.contacts += 1;
    dials.set(key, cell);
  };
  const rate = (segment: number, cell: number): number => {
    const { contacts, dials: tried } = dials.get(`${segment} ${cell}`) ?? { contacts: 0, dials: 0 };
    return (contacts + 4) / (tried + 50);
  };
  for (const dial of history) learn(dial);
  return byRank(
    'best hour of the segment',
    ({ segment }, at) => rate(segment, cellOf(at)) * random.between(1, 1.01),
    learn,
  );
}

/** The product's models, as its shell keeps them. */
export class Memory {
  private portfolio: GroupModel = NEW_GROUP;
  private readonly segments = new Map<number, GroupModel>();
  private readonly people = new Map<number, PersonModel>();

  constructor(history: readonly Dial[]) {
    for (const dial of history) this.learn(dial);
    this.people.clear();
  }

  groups(segment: number): { portfolio: GroupModel; segment: GroupModel } {
    return { portfolio: this.portfolio, segment: this.segments.get(segment) ?? NEW_GROUP };
  }

  person({ id, payday, preferred }: SimulatedPerson): Person {
    const stated = { source: 'stated', confidence: 1, seen: 0, of: 0, fundsLastDays: 3 } as const;
    return {
      model: this.people.get(id) ?? NEW_PERSON,
      payday: payday === null ? null : { cycle: payday, ...stated },
      preferred,
      number: null,
    };
  }

  learn({ person, at, kind }: Dial): void {
    const known = this.person(person);
    const learnt = observe(
      { ...this.groups(person.segment), person: known.model },
      { at, kind, bins: binsAt(known, at), number: 0 },
    );
    this.portfolio = learnt.portfolio;
    this.segments.set(person.segment, learnt.segment);
    this.people.set(person.id, learnt.person);
  }
}

/** The same models; the chance is drawn from what is believed, and no attempt is saved for later. */
export function hierarchicalThompson(seed: number, history: readonly Dial[]): Policy {
  const memory = new Memory(history);
  const random = new Random(seed * 101 + 3);
  const rank: Rank = (one, at) => {
    const person = memory.person(one);
    const { shape, rate } = personHabits(person.model, at)(minuteOfDay(at));
    const expected = expectedChance(memory.groups(one.segment), at, binsAt(person, at));
    return expected * (shape / rate) * random.gammaOfMeanOne(Math.max(1, shape));
  };
  return byRank('hierarchical, Thompson', rank, (dial) => {
    memory.learn(dial);
  });
}

/** The index alone: whoever may be dialed is ranked each hour, nobody has a planned moment. */
export function indexOnly(history: readonly Dial[]): Policy {
  const memory = new Memory(history);
  const rank: Rank = (one, at) =>
    momentScorer(memory.groups(one.segment), memory.person(one), at, HOURS)(at).score;
  return byRank('ours, index alone', rank, (dial) => {
    memory.learn(dial);
  });
}

/** Knows every chance, and what an attempt would be worth in the three best hours of six days. */
export function oracle(effects: Effects): Policy {
  const days = new Map<string, number>();
  const bestAhead = (person: SimulatedPerson, at: WallMinute): number => {
    const key = `${person.id} ${dayOf(at)}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    const monday = at - minuteOfDay(at);
    const chances: number[] = [];
    for (let day = 0; day < 6; day++) {
      for (const hour of HOURS) {
        const then = monday + day * DAY_MINUTES + hour * 60;
        chances.push(trueChance(person, then, { week: 0, today: 0 }, effects));
      }
    }
    const best = chances.sort((a, b) => b - a).slice(0, 3);
    const mean = best.reduce((sum, one) => sum + one, 0) / 3;
    days.set(key, mean);
    return mean;
  };
  const recents = new Map<number, WallMinute[]>();
  const rank: Rank = (person, at) => {
    const dials = recents.get(person.id) ?? [];
    const recent = {
      week: dials.filter((one) => one > at - 7 * DAY_MINUTES).length,
      today: dials.filter((one) => dayOf(one) === dayOf(at)).length,
    };
    return trueChance(person, at, recent, effects) - 0.7 * bestAhead(person, at);
  };
  return byRank('oracle', rank, ({ person, at }) => {
    recents.set(person.id, [...(recents.get(person.id) ?? []), at].slice(-REMEMBERED));
  });
}
