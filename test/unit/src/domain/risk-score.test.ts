import { calibrate, type OutcomeBin } from '../../../../src/domain/calibration';
import { driftOf } from '../../../../src/domain/risk-report';
import { answerDecay, paydayDrift, scoreRisk } from '../../../../src/domain/risk-score';
import {
  CHARACTERISTICS,
  CURRENT_SCORECARD as CARD,
  RISK_BANDS,
  type RiskFacts,
} from '../../../../src/domain/risk-scorecard';
import { sayCharacteristic } from '../../../../src/domain/risk-words';
import { seededDraws } from '../../../../src/domain/seeded-draws';

const GOOD: RiskFacts = {
  ...{ daysPastDue: -5, brokenPromises: 0, keptPromises: 2, payments: 6 },
  ...{ daysSincePayment: 20, paydayDriftDays: 0, answerDecay: 0, planLateDays: null },
};

describe('risk score', () => {
  test('M3: points add up in sight, and make the chance', () => {
    const score = scoreRisk(GOOD, CARD);
    // 540 + 35 + 5 + 14 + 12 + 4 + 4 + 0
    expect(score).toMatchObject({ points: 614, band: 'low', reasons: [] });
    expect(score?.probability).toBeCloseTo(1 / (1 + 30 * 2 ** (14 / 20)), 12);
    expect(score?.parts.map(({ points }) => points)).toEqual([35, 5, 14, 12, 4, 4, 0]);
    const bad = scoreRisk(
      { ...GOOD, daysPastDue: 40, brokenPromises: 3, daysSincePayment: 80, paydayDriftDays: 9 },
      CARD,
    );
    // 540 - 30 - 36 + 14 - 14 - 16 + 4
    expect(bad).toMatchObject({ points: 462, band: 'very_high' });
    // 65, 41 and 26 points of the best were lost
    expect(bad?.reasons).toEqual(['daysPastDue', 'brokenPromises', 'daysSincePayment']);
  });

  test('M3: of whom too little is known nothing is said', () => {
    const unknown = { keptPromises: 0, payments: 0, answerDecay: null, daysSincePayment: null };
    expect(scoreRisk({ ...GOOD, ...unknown }, CARD)).toBeNull();
    expect(scoreRisk({ ...GOOD, ...unknown, payments: 1 }, CARD)).toBeNull();
    expect(scoreRisk({ ...GOOD, ...unknown, payments: 2 }, CARD)).not.toBeNull();
  });

  test('M3: each characteristic moves the score one way, and is said in two languages', () => {
    const worse: Partial<Record<keyof RiskFacts, number[]>> = {
      daysPastDue: [-3, 5, 20, 45, 80, 200],
      brokenPromises: [0, 1, 2, 3],
      keptPromises: [4, 2, 1, 0],
      daysSincePayment: [10, 50, 90],
      paydayDriftDays: [-5, 0, 4, 9],
      answerDecay: [0, 0.2, 0.6],
      planLateDays: [0, 3, 12],
    };
    for (const name of CHARACTERISTICS) {
      const points = (worse[name] ?? []).map(
        (value) => scoreRisk({ ...GOOD, [name]: value }, CARD)?.points ?? 0,
      );
      expect([name, points]).toEqual([name, [...points].sort((a, b) => b - a)]);
      expect(new Set(points).size).toBe(worse[name]?.length);
      for (const value of [null, -4, 0, 7]) {
        const { id, en } = sayCharacteristic(name, value);
        expect(id).not.toBe(en);
        expect(`${id} ${en}`).not.toMatch(/null|NaN|undefined/);
      }
    }
  });

  test('M3: payday drift on the circle of the month', () => {
    const dates = (...days: number[]) =>
      days.map(
        (day, i) => `2026-${String(i + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
      );
    expect(paydayDrift(dates(25, 25, 25, 25, 25, 25))).toBe(0);
    expect(paydayDrift(dates(25, 26, 24, 29, 30, 28))).toBe(4);
    expect(paydayDrift(dates(28, 28, 28, 1, 2, 3))).toBe(4);
    expect(paydayDrift(dates(2, 2, 2, 28, 28, 28))).toBe(-4);
    expect(paydayDrift(dates(25, 25, 25, 25, 25))).toBeNull();
    expect(answerDecay({ calls: 10, answered: 6 }, { calls: 5, answered: 1 })).toBe(0.4);
    expect(answerDecay({ calls: 3, answered: 3 }, { calls: 5, answered: 1 })).toBeNull();
  });
});

describe('risk report', () => {
  /** People drawn by the card's own chances, or by others. */
  const simulate = (truth: (chance: number) => number, n: number): OutcomeBin[] => {
    const draws = seededDraws(11);
    const bins = new Map<number, OutcomeBin>();
    for (let i = 0; i < n; i++) {
      const facts = {
        ...GOOD,
        daysPastDue: Math.floor(draws.uniform() * 120) - 10,
        brokenPromises: Math.floor(draws.uniform() * 4),
        daysSincePayment: Math.floor(draws.uniform() * 120),
      };
      const p = scoreRisk(facts, CARD)?.probability ?? 0;
      const came = draws.uniform() < truth(p) ? 1 : 0;
      const tenth = Math.min(9, Math.floor(p * 10));
      const bin = bins.get(tenth) ?? { tenth, n: 0, expected: 0, came: 0, squares: 0 };
      bins.set(tenth, {
        ...{ tenth, n: bin.n + 1, expected: bin.expected + p, came: bin.came + came },
        squares: bin.squares + (p - came) ** 2,
      });
    }
    return [...bins.values()];
  };

  test('M3: a card that tells the truth is found to hold, bin by bin', () => {
    const found = calibrate(simulate((p) => p, 5_000));
    expect(found).toMatchObject({ n: 5_000, verdict: 'holds' });
    expect(found.brier ?? 1).toBeLessThan(found.brierOfShare ?? 0);
    const off = found.bins.filter(({ expected, low, high }) => expected < low || expected > high);
    expect(off.length).toBeLessThanOrEqual(1);
  });

  test('M3: a card that is off is found out; few say nothing', () => {
    expect(calibrate(simulate((p) => p / 2, 5_000)).verdict).toBe('off');
    expect(calibrate(simulate((p) => p / 2, 60)).verdict).toBe('insufficient_data');
    expect(calibrate([])).toMatchObject({ n: 0, brier: null, verdict: 'insufficient_data' });
    const one = calibrate([{ tenth: 2, n: 4, expected: 1, came: 1, squares: 0.75 }]);
    expect(one).toMatchObject({
      brier: 0.1875,
      brierOfShare: 0.1875,
      expected: 0.25,
      observed: 0.25,
    });
  });

  test('M3: drift by the population stability index', () => {
    const of = (before: number[], now: number[]) =>
      driftOf(before.map((n, i) => ({ from: i * 20, before: n, now: now[i] ?? 0 })));
    expect(of([100, 200, 100], [100, 200, 100])).toEqual({ psi: 0, verdict: 'stable' });
    const shifted = of([100, 200, 100], [300, 60, 40]);
    // with half a person a bin: 0.545 + 0.418 + 0.136, reckoned apart
    expect(shifted.psi).toBeCloseTo(1.0992, 4);
    expect(shifted.verdict).toBe('shifted');
    expect(of([100, 200, 100], [150, 180, 70]).verdict).toBe('stable');
    expect(of([10, 20], [10, 20])).toEqual({ psi: null, verdict: 'insufficient_data' });
    expect(RISK_BANDS).toHaveLength(4);
  });
});
