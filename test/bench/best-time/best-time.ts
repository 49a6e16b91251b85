/**
 * What the choice of the moment is worth: simulated people are dialed for eight weeks under the caps,
 * by the product's own functions and by others, and the same people answer. Prints right-party
 * contacts per 1,000 dials with 95 % intervals over seeds, and the share of the oracle's gain over
 * random moments. Free choice: whoever the policy likes, up to the caps; near-equal attempts: two a
 * week and person, so that only the moment is chosen; a shift of eight hours, where hours bind; agents
 * enough, where only the caps do. Made-up people rank methods; they promise no
 * figures of the field.
 * `npm run bench:best-time [-- --seeds 5 --people 1000 --time-of-day 1]`
 */
import { parseArgs } from 'node:util';
import {
  ALL_DAY,
  capacityAt,
  history,
  randomPolicy,
  simulate,
  type Policy,
  type Setting,
} from './floor';
import { byBalance, hierarchicalThompson, indexOnly, oracle, segmentBestHour } from './policies';
import { ours } from './product';
import { Random } from './random';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    people: { type: 'string', default: '1000' },
    'time-of-day': { type: 'string', default: '1' },
  },
});
const seeds = Number(values.seeds);
const people = Number(values.people);
const effects = { timeOfDay: Number(values['time-of-day']) };

const LEVELLED_NOTHING = 'ours, hours not levelled';
/** Quantiles of Student's t for a 95 % interval, by degrees of freedom. */
const T95 = [NaN, 12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26];

interface Result {
  readonly per1000: number;
  readonly dials: number;
  readonly reached: number;
}

function policies(seed: number, setting: Setting): readonly (() => Policy)[] {
  const past = history(seed, setting);
  return [
    () => randomPolicy(new Random(seed * 13 + 7)),
    byBalance,
    () => segmentBestHour(seed, past),
    () => hierarchicalThompson(seed, past),
    () => indexOnly(past),
    () => ours(past, { ...setting, capacity: null }),
    () => ours(past, { ...setting, capacity: (at) => capacityAt(setting, at) }),
    // it ranks and never waits: no measure where agents are enough for everybody
    ...(setting.dialsAWeek > setting.perWeek ? [] : [() => oracle(effects)]),
  ];
}

function runAll(setting: Setting): Map<string, Result[]> {
  const results = new Map<string, Result[]>();
  for (let seed = 1; seed <= seeds; seed++) {
    for (const make of policies(seed, setting)) {
      let name = '';
      const { dials, contacts, reached } = simulate(seed, setting, () => {
        const policy = make();
        name = policy.name;
        return policy;
      });
      const result = { per1000: (1000 * contacts) / dials, dials, reached };
      results.set(name, [...(results.get(name) ?? []), result]);
    }
    process.stderr.write(`seed ${seed} of ${seeds}\n`);
  }
  return results;
}

const mean = (list: readonly number[]): number =>
  list.reduce((sum, one) => sum + one, 0) / list.length;

/** Half the width of the 95 % interval of the mean. */
function margin(list: readonly number[]): number {
  if (list.length < 2) return NaN;
  const middle = mean(list);
  const variance = list.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (list.length - 1);
  return (T95[list.length - 1] ?? 2) * Math.sqrt(variance / list.length);
}

const text = (value: number, digits = 1): string => value.toFixed(digits).padStart(6);
const withMargin = (list: readonly number[]): string =>
  `${text(mean(list))} ±${text(margin(list)).trim().padStart(4)}`;

function print(title: string, results: ReadonlyMap<string, readonly Result[]>): void {
  const rates = (name: string): number[] => (results.get(name) ?? []).map(({ per1000 }) => per1000);
  const random = rates('random lawful moment');
  const best = rates('oracle');
  const gain = mean(best) - mean(random);
  const lines = [...results].map(([name, of]) => {
    const own = of.map(({ per1000 }) => per1000);
    const above = own.map((rate, seed) => rate - (random[seed] ?? NaN));
    const share = best.length === 0 ? NaN : (100 * (mean(own) - mean(random))) / gain;
    const reached = (100 * mean(of.map((one) => one.reached))) / people;
    return (
      `${name.padEnd(26)} ${withMargin(own)}  ${withMargin(above)}  ${text(share, 0)} %` +
      `  ${text(reached, 0)} %  ${text(mean(of.map(({ dials }) => dials)), 0)}\n`
    );
  });
  const head = 'policy                     per 1,000     over random    of oracle  reached   dials';
  process.stdout.write(`\n${title}\n${head}\n${lines.join('')}`);
  for (const other of ['hierarchical, Thompson', 'ours, index alone', LEVELLED_NOTHING]) {
    const paired = rates('ours').map((rate, seed) => rate - (rates(other)[seed] ?? NaN));
    process.stdout.write(`ours over ${other}: ${withMargin(paired).trim()}\n`);
  }
}

const FREE = { people, dialsAWeek: 2, equalShare: false, effects, perWeek: 7, shift: ALL_DAY };
const SETTINGS: Readonly<Record<string, Setting>> = {
  'free choice': FREE,
  'near-equal attempts': { ...FREE, equalShare: true },
  // hours bind and attempts are scarce
  'agents from 9 to 17, three attempts a week': {
    ...FREE,
    dialsAWeek: 3,
    perWeek: 3,
    shift: [9, 17],
  },
  // nothing binds but the caps
  'agents enough': { ...FREE, dialsAWeek: 20 },
};

process.stdout.write(
  `${people} people, ${seeds} seeds, 8 weeks, caps 3 a day, 2 h apart, 7 in 7 days, silent 7 days ` +
    `after a contact; hours matter × ${effects.timeOfDay}\n`,
);
for (const [title, setting] of Object.entries(SETTINGS)) print(title, runAll(setting));
