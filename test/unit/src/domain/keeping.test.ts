import fc from 'fast-check';
import { BUCKET_NAMES } from '../../../../src/domain/campaign-document/account-filter';
import { calibrate, type OutcomeBin } from '../../../../src/domain/calibration';
import { keepingOf } from '../../../../src/domain/keeping-chance';
import {
  BROKEN_BANDS,
  cellsOf,
  KEEPING_FACTORS,
  STRAIN_BANDS,
  type KeepingCell,
  type KeepingFacts,
} from '../../../../src/domain/keeping-facts';
import { chanceOf, learnKeeping } from '../../../../src/domain/keeping-model';
import { sayKeeping, sayPart } from '../../../../src/domain/keeping-words';
import type { OptionFacts } from '../../../../src/domain/option';
import { OPTION_KINDS } from '../../../../src/domain/option-kind';
import { ROOT_CAUSES } from '../../../../src/domain/outcome-code';
import { rankOptions } from '../../../../src/domain/rank-options';
import { seededDraws } from '../../../../src/domain/seeded-draws';
import { optionFacts, policyOf } from '../../../support/option-facts';

const FACTS: KeepingFacts = {
  ...{ kind: 'plan', cause: 'illness', bucket: '11-30', strain: 'to_25', broken: 'none' },
};
const cell = (n: number, kept: number, facts: Partial<KeepingFacts> = {}): KeepingCell => ({
  ...{ ...FACTS, ...facts, n, kept },
});

/** Everything that may be known, each with the log odds that it truly adds. */
const TRUTH: Readonly<Record<keyof KeepingFacts, Readonly<Record<string, number>>>> = {
  kind: { plan: 0.5, settlement: -0.9, pay_full: 0.3, reschedule: 0.1, deferment: -0.2 },
  cause: { forgot: 0.8, income_lost: -0.7, over_indebted: -1 },
  bucket: { current: 0.4, '61-90': -0.6, '90+': -1.1 },
  strain: { to_25: 0.4, to_70: -0.3, above_70: -1.2 },
  broken: { one: -0.5, more: -1.4 },
};
const truthOf = (facts: KeepingFacts): number =>
  chanceOf(KEEPING_FACTORS.reduce((sum, factor) => sum + (TRUTH[factor][facts[factor]] ?? 0), 0.6));

/** Facts that hang together as they do in life: who broke promises is late, and strained. */
function simulate(seed: number, n: number): (KeepingFacts & { readonly kept: boolean })[] {
  const { uniform, pick } = seededDraws(seed);
  return Array.from({ length: n }, () => {
    const broken = uniform() < 0.6 ? 'none' : pick(BROKEN_BANDS);
    const bucket = broken === 'none' ? pick(BUCKET_NAMES) : pick(BUCKET_NAMES.slice(2));
    const strain = broken === 'more' ? pick(STRAIN_BANDS.slice(3)) : pick(STRAIN_BANDS);
    const facts = { kind: pick(OPTION_KINDS), cause: pick(ROOT_CAUSES), bucket, strain, broken };
    return { ...facts, kept: uniform() < truthOf(facts) };
  });
}

const countOf = ({ kept, strain, broken, ...facts }: KeepingFacts & { kept: boolean }) => ({
  ...facts,
  strainPercent: { unknown: null, none: 0, to_25: 20, to_40: 40, to_70: 41, above_70: 71 }[strain],
  brokenPromises: BROKEN_BANDS.indexOf(broken),
  n: 1,
  kept: kept ? 1 : 0,
});

describe('chance of keeping', () => {
  test('c9: shrinks to the prior and to the usual, by numbers reckoned by hand', () => {
    // 120 of 200 were kept: (120 + 20 × 0.5) / (200 + 20) = 130 / 220
    const two = [cell(100, 80), cell(100, 40, { kind: 'settlement' })];
    const model = learnKeeping(two);
    expect(chanceOf(model.base)).toBeCloseTo(130 / 220, 9);
    // a plan: (80 + 20 × 130/220) / (100 + 20) = 0.76515; a settlement: (40 + 11.818) / 120 = 0.43182
    expect(keepingOf(FACTS, model).chance).toBe(0.765);
    expect(keepingOf({ ...FACTS, kind: 'settlement' }, model).chance).toBe(0.432);
    // what all share says nothing, and neither does what was never seen
    expect(model.effects.cause['illness']).toEqual({ n: 200, kept: 120, logOdds: 0 });
    expect(keepingOf({ ...FACTS, cause: 'forgot' }, model).chance).toBe(0.765);
    // few are drawn to the usual: (5 + 20 × 0.59091) / (5 + 20) = 0.67273, where 5 of 5 were kept
    const few = learnKeeping([...two, cell(5, 5, { kind: 'deferment' })]);
    const usual = (125 + 10) / (205 + 20);
    expect(chanceOf(few.base + (few.effects.kind['deferment']?.logOdds ?? 0))).toBeCloseTo(
      (5 + 20 * usual) / 25,
      6,
    );
    // the parts are the chance
    const { parts, chance } = keepingOf(FACTS, model);
    expect(parts.map(({ change }) => change)).toEqual([0.591, 0.174, 0, 0, 0, 0]);
    expect(parts.reduce((sum, { change }) => sum + change, 0)).toBeCloseTo(chance ?? 0, 9);
    expect(sayKeeping(keepingOf(FACTS, model)).en).toBe(
      '77 % likely to be kept (n=200, of this kind 100)',
    );
    expect(parts.map((part) => sayPart(part).en).slice(0, 3)).toEqual([
      'usually kept 59 % (n=200)',
      'a payment plan within your ability: +17 points (n=100)',
      'illness: +0 points (n=200)',
    ]);
  });

  test('c9: says that data are insufficient, of a creditor and of a kind', () => {
    const insufficient = { verdict: 'insufficient_data', chance: null, parts: [] };
    expect(keepingOf(FACTS, null)).toEqual({ ...insufficient, n: 0, nOfKind: 0 });
    expect(keepingOf(FACTS, learnKeeping([cell(49, 49)]))).toEqual({
      ...{ ...insufficient, n: 49, nOfKind: 49 },
    });
    const model = learnKeeping([cell(100, 50), cell(19, 19, { kind: 'settlement' })]);
    const settlement = keepingOf({ ...FACTS, kind: 'settlement' }, model);
    expect(settlement).toEqual({ ...insufficient, n: 119, nOfKind: 19 });
    expect(sayKeeping(settlement).id).toBe('data belum cukup (n=119, pilihan ini 19)');
    expect(keepingOf(FACTS, model).verdict).toBe('foretold');
    // nobody is certain, however it went
    const sure = learnKeeping([cell(9_000, 9_000)]);
    expect(keepingOf(FACTS, sure).chance).toBe(0.98);
  });

  test('c9: backtest: chances learned of one half of a history come true in the other', () => {
    const seen = simulate(7, 8_000);
    const model = learnKeeping(cellsOf(seen.map(countOf)));
    const bins = new Map<number, OutcomeBin>();
    let far = 0;
    const later = simulate(8, 20_000);
    for (const { kept, ...facts } of later) {
      const chance = keepingOf(facts, model).chance ?? Number.NaN;
      far += Math.abs(chance - truthOf(facts));
      const tenth = Math.min(9, Math.floor(chance * 10));
      const bin = bins.get(tenth) ?? { tenth, n: 0, expected: 0, came: 0, squares: 0 };
      const came = kept ? 1 : 0;
      bins.set(tenth, {
        ...{ tenth, n: bin.n + 1, expected: bin.expected + chance, came: bin.came + came },
        squares: bin.squares + (chance - came) ** 2,
      });
    }
    const calibration = calibrate([...bins.values()]);
    expect(calibration.bins.length).toBeGreaterThanOrEqual(8);
    const error = calibration.bins.reduce(
      (sum, { n, expected, observed }) => sum + (n / later.length) * Math.abs(expected - observed),
      0,
    );
    // expected calibration error, and the mean distance from the truth, which life never tells
    expect(error).toBeLessThan(0.025);
    expect(far / later.length).toBeLessThan(0.03);
    expect(calibration.brier).toBeLessThan((calibration.brierOfShare ?? 0) * 0.85);
    // and it is a better guess than the share of all, by each factor alone
    for (const factor of KEEPING_FACTORS) {
      const logOdds = (value: string): number => model.effects[factor][value]?.logOdds ?? 0;
      const [best = '', worst = ''] = Object.entries(TRUTH[factor])
        .sort(([, a], [, b]) => b - a)
        .map(([value]) => value)
        .filter((_, i, all) => i === 0 || i === all.length - 1);
      expect([factor, logOdds(best) > logOdds(worst)]).toEqual([factor, true]);
    }
  });

  test('c9: the order of the history changes nothing', () => {
    const seen = simulate(3, 400).map(countOf);
    const turned = cellsOf([...seen].reverse());
    expect(turned).toEqual(cellsOf(seen));
    expect(learnKeeping(turned)).toEqual(learnKeeping(cellsOf(seen)));
  });
});

describe('options with their chances', () => {
  const model = learnKeeping(cellsOf(simulate(11, 4_000).map(countOf)));

  test('c9: parity: the same facts have the same chance, whoever the person is', () => {
    const someone = fc.record({
      ...{ name: fc.string(), sex: fc.constantFrom('f', 'm'), birthDate: fc.string() },
      ...{ province: fc.constantFrom('ID-JK', 'ID-PA'), debtorId: fc.uuid(), agentId: fc.uuid() },
    });
    let foretold = 0;
    fc.assert(
      fc.property(optionFacts, someone, someone, (facts, a, b) => {
        const one = rankOptions({ ...a, ...facts }, policyOf(), model);
        expect(one).toEqual(rankOptions({ ...structuredClone(facts), ...b }, policyOf(), model));
        for (const { keeping, kind, strainPercent } of one.allowed) {
          expect(keeping.verdict).toBe(facts.mayBeForetold ? 'foretold' : 'objected');
          if (keeping.chance === null) continue;
          foretold += 1;
          // of equal facts any two options of a kind and strain have one chance
          expect(keeping.parts.find(({ factor }) => factor === 'kind')?.value).toBe(kind);
          expect(keeping.parts.find(({ factor }) => factor === 'strain')?.value === 'unknown').toBe(
            strainPercent === null,
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(foretold).toBeGreaterThan(100);
  });

  test('c9: informs the order as far as the policy says, with the reason; at 0 not at all', () => {
    const history = { reschedules: 0, deferments: 0, broken: 0, brokenPromises: 0 };
    const owed = { principalMinor: 90_000_000n, penaltyMinor: 10_000_000n };
    const amounts = { ...owed, interestMinor: 0n, feeMinor: 0n };
    const facts: OptionFacts = {
      ...{ currency: 'IDR', product: null, bucket: '11-30', daysPastDue: 20 },
      ...{ due: amounts, total: amounts },
      oldest: { number: 1, outstandingMinor: 100_000_000n, dueInDays: -20 },
      ...{ rootCause: 'illness', ability: null, authority: 'agent', mayBeForetold: true },
      history: { ...history, isRunning: false },
    };
    // deferments are hardly ever kept here, paying in full nearly always is
    const strain = 'unknown' as const;
    const learned = learnKeeping([
      cell(400, 20, { kind: 'deferment', strain: 'none' }),
      cell(400, 380, { kind: 'pay_full', strain }),
      cell(400, 200, { kind: 'reschedule', strain }),
      cell(400, 200, { kind: 'pay_part', strain }),
      cell(400, 200, { kind: 'settlement', strain }),
    ]);
    const kindsOf = (of: OptionFacts, keepingPlaces?: number) => [
      ...new Set(
        rankOptions(of, policyOf({ keepingPlaces }), learned).allowed.map(({ kind }) => kind),
      ),
    ];
    // of a setback: deferment, plan (not without the ability), reschedule, pay_part, settlement, pay_full
    const byCause = ['deferment', 'reschedule', 'pay_part', 'settlement', 'pay_full'];
    expect(kindsOf(facts, 0)).toEqual(byCause);
    expect(kindsOf({ ...facts, mayBeForetold: false }, 5)).toEqual(byCause);
    // more than 25 points above the usual is one place at the default of two; down one is the plan's place
    expect(kindsOf(facts)).toEqual([
      ...['deferment', 'reschedule', 'pay_part', 'pay_full', 'settlement'],
    ]);
    // two places each, at five
    expect(kindsOf(facts, 5)).toEqual([
      ...['reschedule', 'deferment', 'pay_full', 'pay_part', 'settlement'],
    ]);
    const reasons = rankOptions(facts, policyOf(), learned).allowed.map(
      ({ kind, reasons: why }) => [kind, why.filter((reason) => reason.startsWith('kept_'))],
    );
    expect(Object.fromEntries(reasons)).toEqual({
      deferment: ['kept_less_often'],
      pay_full: ['kept_more_often'],
      ...{ reschedule: [], pay_part: [], settlement: [] },
    });
  });
});
