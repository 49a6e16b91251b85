import fc from 'fast-check';
import { complaintEValue, neededGuardValue } from '../../../../dialer/experiment/complaint-guard';
import { judgeExperiment } from '../../../../dialer/experiment/judge-experiment';
import {
  eValues,
  NEW_TEST,
  observe,
  type Observation,
  type TestPlan,
  type TestState,
} from '../../../../dialer/experiment/sequential-test';

const PLAN: TestPlan = { alpha: 0.05, leastPersons: 50 };

/** Mulberry32: the same numbers for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Population {
  readonly champion: number;
  readonly challenger: number;
  /** Of the challenger, 0 to 1. */
  readonly share: number;
  readonly persons: number;
}

/** People in the order in which they count; looked at after each of them, and stopped at a verdict. */
function run(people: Population, seed: number, plan = PLAN): TestState {
  const random = numbers(seed);
  let state = NEW_TEST;
  for (let n = 0; n < people.persons && state.verdict === null; n++) {
    const arm = random() < people.share ? 'challenger' : 'champion';
    state = observe(state, { arm, succeeded: random() < people[arm] }, plan);
  }
  return state;
}

function shareOf(count: number, what: (seed: number) => boolean): number {
  let found = 0;
  for (let seed = 1; seed <= count; seed++) found += Number(what(seed));
  return found / count;
}

describe('the test of two proportions', () => {
  it.each([
    [0.05, 0.5],
    [0.2, 0.1],
    [0.6, 0.3],
  ])(
    'is wrong at most as often as alpha, looked at all the time: rate %d, share %d',
    (rate, share) => {
      const alike = { champion: rate, challenger: rate, share, persons: 1_000 };
      const wrong = shareOf(120, (seed) => run(alike, seed).verdict !== null);
      expect(wrong).toBeLessThanOrEqual(PLAN.alpha);
    },
  );

  it('would be wrong far more often if each day had a test of its own', () => {
    const wrong = shareOf(100, (seed) => {
      const random = numbers(seed);
      const seen = { champion: [0, 0], challenger: [0, 0] };
      for (let n = 1; n <= 4_000; n++) {
        const arm = seen[random() < 0.5 ? 'challenger' : 'champion'];
        arm[0]! += 1;
        arm[1]! += Number(random() < 0.2);
        if (n % 100 === 0 && n >= 200 && Math.abs(zOf(seen)) > 1.96) return true;
      }
      return false;
    });
    expect(wrong).toBeGreaterThan(0.2);
  });

  it('finds what is there, and which way', () => {
    const half = { share: 0.5, persons: 4_000 };
    const better = { ...half, champion: 0.2, challenger: 0.26 };
    expect(shareOf(40, (seed) => run(better, seed).verdict === 'better')).toBeGreaterThan(0.8);
    const worse = { ...half, champion: 0.26, challenger: 0.2 };
    expect(shareOf(40, (seed) => run(worse, seed).verdict === 'worse')).toBeGreaterThan(0.8);
    expect(shareOf(20, (seed) => run(better, seed).verdict === 'worse')).toBe(0);
    // one in five of the people, twice the rate
    const rare = { champion: 0.03, challenger: 0.06, share: 0.2, persons: 10_000 };
    expect(shareOf(20, (seed) => run(rare, seed).verdict === 'better')).toBeGreaterThan(0.8);
  });

  it('decides nothing before enough people of each arm have counted', () => {
    const sure = { champion: 0.01, challenger: 0.99, share: 0.5, persons: 2_000 };
    for (const leastPersons of [20, 100, 400]) {
      const { seen, verdict } = run(sure, 7, { ...PLAN, leastPersons });
      expect(verdict).toBe('better');
      expect(Math.min(seen.champion.persons, seen.challenger.persons)).toBeGreaterThanOrEqual(
        leastPersons,
      );
    }
  });

  const observations = fc.array(
    fc.record<Observation>({
      arm: fc.constantFrom('champion', 'challenger'),
      succeeded: fc.boolean(),
    }),
    { maxLength: 300 },
  );

  it('is a fold: kept as JSON between any two looks, it goes on as if there were none', () => {
    fc.assert(
      fc.property(observations, fc.nat(300), (all, cut) => {
        const fold = (from: TestState, some: readonly Observation[]) =>
          some.reduce((state, one) => observe(state, one, PLAN), from);
        const kept = JSON.parse(JSON.stringify(fold(NEW_TEST, all.slice(0, cut)))) as TestState;
        expect(fold(kept, all.slice(cut))).toEqual(fold(NEW_TEST, all));
      }),
    );
  });

  it('gains nothing on average from arms that are alike, whatever their order', () => {
    // every outcome of four people, each as likely as its rate says: the mean must not exceed 1
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Observation['arm']>('champion', 'challenger'), {
          minLength: 4,
          maxLength: 7,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (arms, one, other) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const mean = (rates: Record<Observation['arm'], number>, game: 'better' | 'worse') => {
            let sum = 0;
            for (let bits = 0; bits < 2 ** arms.length; bits++) {
              let chance = 1;
              let state = NEW_TEST;
              for (const [place, arm] of arms.entries()) {
                const succeeded = ((bits >> place) & 1) === 1;
                chance *= succeeded ? rates[arm] : 1 - rates[arm];
                state = observe(state, { arm, succeeded }, PLAN);
              }
              sum += chance * eValues(state)[game];
            }
            return sum;
          };
          expect(mean({ champion: high, challenger: low }, 'better')).toBeLessThanOrEqual(1 + 1e-9);
          expect(mean({ champion: low, challenger: high }, 'worse')).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function zOf(seen: { champion: number[]; challenger: number[] }): number {
  const [[na = 0, sa = 0], [nb = 0, sb = 0]] = [seen.champion, seen.challenger];
  const rate = (sa + sb) / (na + nb);
  return (sb / nb - sa / na) / Math.sqrt(rate * (1 - rate) * (1 / na + 1 / nb));
}

describe('the guard on complaints', () => {
  it('stops wrongly at most as often as alpha, at the limit itself, looked at all the time', () => {
    const wrong = shareOf(200, (seed) => {
      const random = numbers(seed);
      let complaints = 0;
      for (let persons = 1; persons <= 1_000; persons++) {
        complaints += Number(random() < 0.002);
        if (complaintEValue({ persons, complaints }, 2) >= neededGuardValue(0.05)) return true;
      }
      return false;
    });
    expect(wrong).toBeLessThanOrEqual(0.05);
  });

  it('takes two complaints among few, not one, and many among many', () => {
    const stops = (persons: number, complaints: number) =>
      complaintEValue({ persons, complaints }, 2) >= neededGuardValue(0.05);
    expect([stops(10, 1), stops(10, 2), stops(2_000, 5), stops(2_000, 14)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('never takes a complaint for less than a content person', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (persons, limit) => {
          const values = [0, 1, 2, 3].map((complaints) =>
            complaintEValue({ persons: persons + 3, complaints }, limit),
          );
          expect(values).toEqual([...values].sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('how an experiment stands', () => {
  const definition = { alpha: 0.05, guard: { complaintsPer1000: 2 }, endsOn: '2026-12-31' };
  const called = (complaints: number) => ({
    champion: { persons: 100, complaints: 9 },
    challenger: { persons: 100, complaints },
  });
  const test = (verdict: TestState['verdict']) => ({ ...NEW_TEST, verdict });
  it.each([
    [null, 0, '2026-12-31', 'running'],
    [null, 0, '2027-01-01', 'out_of_time'],
    ['better', 0, '2027-01-01', 'won'],
    ['worse', 0, '2026-12-01', 'lost'],
    // better, and more complaints: not for this price
    ['better', 3, '2026-12-01', 'guarded'],
    [null, 3, '2027-01-01', 'guarded'],
  ] as const)('%s by the metric, %d complaints, on %s: %s', (verdict, complaints, today, state) => {
    const figures = { test: test(verdict), called: called(complaints), today };
    expect(judgeExperiment(definition, figures)).toBe(state);
  });
});
