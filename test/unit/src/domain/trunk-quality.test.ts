import {
  assessQuality,
  NO_FIGURES,
  recentFigures,
  type QualityFigures,
} from '../../../../src/domain/trunk-quality';

/** 40 % answered, 98 % effective, 5 % short, 2 s to the ringing. */
const usual: QualityFigures = {
  ...{ seizures: 10_000, answered: 4_000, effective: 9_800, short: 200 },
  ...{ rung: 8_000, postDialDelayMs: 16_000_000 },
};
/** A hundred calls like the usual ones, but for what is said. */
const recent = (change: Partial<QualityFigures> = {}): QualityFigures => ({
  ...{ seizures: 100, answered: 40, effective: 98, short: 2, rung: 80, postDialDelayMs: 160_000 },
  ...change,
});

test.each([
  ['like always', recent(), [], 1],
  ['a little worse, as chance has it', recent({ answered: 33, effective: 94 }), [], 1],
  ['half of the answers', recent({ answered: 18 }), ['answer_seizure_ratio'], 0.45],
  ['the network fails', recent({ effective: 70 }), ['network_effectiveness'], 0.71],
  ['hung up at once', recent({ short: 12 }), ['short_call_share'], 0.74],
  ['slow to ring', recent({ postDialDelayMs: 80 * 5_000 }), ['post_dial_delay_ms'], 0.4],
  [
    'dead',
    recent({ answered: 0, effective: 0, short: 0, rung: 0, postDialDelayMs: 0 }),
    ['answer_seizure_ratio', 'network_effectiveness'],
    0.1,
  ],
  ['slow by less than a second', recent({ postDialDelayMs: 80 * 2_900 }), [], 1],
] as const)('%s', (_what, figures, alarms, weightFactor) => {
  const verdict = assessQuality(figures, usual);
  expect(verdict.alarms.map(({ figure }) => figure)).toEqual(alarms);
  expect(verdict.weightFactor).toBe(weightFactor);
});

test('an alarm says what was seen and what is usual', () => {
  expect(assessQuality(recent({ answered: 18 }), usual).alarms).toEqual([
    { figure: 'answer_seizure_ratio', recent: 0.18, usual: 0.4 },
  ]);
});

test('too few calls prove nothing, now or before', () => {
  const few = recent({ seizures: 29, answered: 0, effective: 0, rung: 0, short: 0 });
  expect(assessQuality(few, usual).alarms).toEqual([]);
  const young = { ...usual, seizures: 299, answered: 120, effective: 293, rung: 240 };
  expect(assessQuality(recent({ answered: 0, effective: 0 }), young).alarms).toEqual([]);
  expect(assessQuality(NO_FIGURES, NO_FIGURES)).toEqual({ alarms: [], weightFactor: 1 });
});

test('the newest calls count, and older ones of the hour only while they are few', () => {
  const span = (seizures: number) => recent({ seizures });
  expect(recentFigures([span(31), span(500)]).seizures).toBe(31);
  expect(recentFigures([span(10), span(12), span(9), span(500)]).seizures).toBe(31);
  expect(recentFigures([])).toEqual(NO_FIGURES);
});
