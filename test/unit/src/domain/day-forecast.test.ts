import {
  forecastDay,
  LEAST_CALLS,
  type CallsSeen,
  type DaySeen,
  type HourSeen,
} from '../../../../src/domain/day-forecast';

/** Numbers that look random and are the same each time (mulberry32). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const RATES = [0.04, 0.1, 0.07, 0.02, 0.05, 0.12];
const CALLS = 60;

/** A day of CALLS an hour; its luck lifts or lowers all hours. */
function day(draw: () => number, luck: number): number[] {
  return RATES.map((rate) => {
    let reached = 0;
    for (let n = 0; n < CALLS; n++) if (draw() < rate * luck) reached += 1;
    return reached;
  });
}

function seenOn(days: readonly (readonly number[])[]): CallsSeen {
  const hours = RATES.map((_, index): HourSeen => {
    const rightParties = days.reduce((sum, one) => sum + one[index]!, 0);
    return { hour: 9 + index, calls: CALLS * days.length, answered: rightParties, rightParties };
  });
  const byDay = days.map((one): DaySeen => {
    return { calls: CALLS * RATES.length, rightParties: one.reduce((sum, n) => sum + n, 0) };
  });
  return { days: days.length, hours, byDay, held: { meanSeconds: 60, squareMean: 5_000 } };
}
const at = (hour: number, calls: number) => ({ hour, floorHour: hour, calls });
const planned = RATES.map((_, index) => at(9 + index, CALLS));

it.each([
  ['all days are alike', () => 1],
  ['days differ', (draw: () => number) => 0.6 + 0.8 * draw()],
])('holds 8 of 10 days within its band when %s', (_, luckOf) => {
  const draw = draws(7);
  let within = 0;
  const runs = 300;
  for (let run = 0; run < runs; run++) {
    const past = Array.from({ length: 14 }, () => day(draw, luckOf(draw)));
    const { rightParties } = forecastDay(planned, seenOn(past))!;
    const came = day(draw, luckOf(draw)).reduce((sum, n) => sum + n, 0);
    // counts are whole: the edges belong to the band
    if (came >= Math.floor(rightParties.low) && came <= Math.ceil(rightParties.high)) within += 1;
  }
  expect(within / runs).toBeGreaterThan(0.75);
  expect(within / runs).toBeLessThan(0.9);
});

it('gives good hours their own rate, and hours never seen that of all', () => {
  const draw = draws(1);
  const seen = seenOn(Array.from({ length: 20 }, () => day(draw, 1)));
  const forecast = forecastDay([...planned, at(20, CALLS)], seen)!;
  const rightAt = (hour: number) =>
    forecast.hours.find((one) => one.floorHour === hour)!.rightParties.expected;
  expect(rightAt(14)).toBeGreaterThan(4 * rightAt(12));
  expect(rightAt(20)).toBeCloseTo(
    (CALLS * RATES.reduce((sum, rate) => sum + rate, 0)) / RATES.length,
    0,
  );
});

it('puts what is at the same time together, by the rates of the hours at the people', () => {
  const seen = seenOn(Array.from({ length: 20 }, () => RATES.map((rate) => rate * CALLS)));
  const planned = [
    { hour: 9, floorHour: 9, calls: CALLS },
    // an hour ahead of the floor
    { hour: 10, floorHour: 9, calls: CALLS },
  ];
  const { hours } = forecastDay(planned, seen)!;
  expect(hours.map(({ floorHour, calls }) => [floorHour, calls])).toEqual([[9, 2 * CALLS]]);
  expect(hours[0]!.rightParties.expected).toBeCloseTo(CALLS * (0.04 + 0.1), 0);
});

it('counts the agents that the calls of an hour keep busy', () => {
  const seen = seenOn(Array.from({ length: 4 }, () => RATES.map(() => 3)));
  const { agents } = forecastDay([at(9, 600)], seen)!;
  // 600 calls of a minute are ten hours of work
  expect(agents.expected).toBe(10);
  expect(agents.high).toBeGreaterThanOrEqual(10);
  expect(agents.low).toBeLessThanOrEqual(10);
});

it('says nothing of too few calls, or too few days', () => {
  const few = seenOn([RATES.map(() => 1)]);
  expect(forecastDay(planned, few)).toBeNull();
  const hours = [{ hour: 9, calls: LEAST_CALLS - 1, answered: 9, rightParties: 9 }];
  const byDay = Array.from({ length: 9 }, () => ({ calls: 22, rightParties: 1 }));
  expect(forecastDay(planned, { ...few, hours, byDay })).toBeNull();
});
