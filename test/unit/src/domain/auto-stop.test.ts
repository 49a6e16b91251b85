import {
  AUTO_STOP_DEFAULTS,
  autoStopLimits,
  decideAutoStop,
  type AutoStopEvidence,
} from '../../../../src/domain/auto-stop';

/** A healthy campaign: nothing stops it. */
const HEALTHY: AutoStopEvidence = {
  latest: { calls: 50, answered: 15 },
  history: { calls: 1_000, answered: 300 },
  answered: { answered: 100, abandoned: 0 },
  talks: { talks: 30, wrongParty: 1 },
  costMinor: 0n,
};
const rule = (change: Partial<AutoStopEvidence>, capMinor: bigint | null = null): string | null =>
  decideAutoStop(AUTO_STOP_DEFAULTS, capMinor, { ...HEALTHY, ...change })?.rule ?? null;

describe('answer rate: under half of the 7-day mean over the last 50 calls', () => {
  test.each([
    // mean 300/1000, half of it in 50 calls: 7.5
    [{ calls: 50, answered: 8 }, { calls: 1_000, answered: 300 }, null],
    [{ calls: 50, answered: 7 }, { calls: 1_000, answered: 300 }, 'answer_rate'],
    // exactly half is not under it
    [{ calls: 50, answered: 5 }, { calls: 200, answered: 40 }, null],
    [{ calls: 50, answered: 4 }, { calls: 200, answered: 40 }, 'answer_rate'],
    // too little to say
    [{ calls: 49, answered: 0 }, { calls: 1_000, answered: 300 }, null],
    [{ calls: 50, answered: 0 }, { calls: 199, answered: 199 }, null],
    // nobody ever answered: there is no drop
    [{ calls: 50, answered: 0 }, { calls: 1_000, answered: 0 }, null],
    [{ calls: 50, answered: 0 }, { calls: 1_000, answered: 1 }, 'answer_rate'],
  ])('%j with %j: %s', (latest, history, expected) => {
    expect(rule({ latest, history })).toBe(expected);
  });
});

test.each([
  [{ answered: 100, abandoned: 3 }, null],
  [{ answered: 100, abandoned: 4 }, 'abandonment'],
  [{ answered: 67, abandoned: 2 }, null],
  [{ answered: 66, abandoned: 2 }, 'abandonment'],
  [{ answered: 50, abandoned: 1 }, null],
  [{ answered: 49, abandoned: 49 }, null],
])('abandonment over 3 %% of answered calls, from 50 on: %j is %s', (answered, expected) => {
  expect(rule({ answered })).toBe(expected);
});

test.each([
  [{ talks: 30, wrongParty: 4 }, null],
  [{ talks: 30, wrongParty: 5 }, 'wrong_party'],
  [{ talks: 29, wrongParty: 29 }, null],
  [{ talks: 20, wrongParty: 3 }, null],
])('wrong party in over 15 %% of 30 talks: %j is %s', (talks, expected) => {
  expect(rule({ talks })).toBe(expected);
});

test.each([
  [999n, 1_000n, null],
  [1_000n, 1_000n, 'cost'],
  [10n ** 18n, null, null],
  [0n, 0n, 'cost'],
])('cost of %s with a limit of %s: %s', (cost, cap, expected) => {
  expect(rule({ costMinor: cost }, cap)).toBe(expected);
});

test('of several rules the costlier mistake is named, with the figures that it compared', () => {
  const seen = { ...HEALTHY, answered: { answered: 60, abandoned: 6 }, costMinor: 2n };
  expect(decideAutoStop(AUTO_STOP_DEFAULTS, 2n, seen)).toEqual({
    rule: 'cost',
    figures: { costMinor: '2', costCapMinor: '2' },
    reason: 'The calls have cost 2 minor units; the limit is 2.',
  });
  expect(decideAutoStop(AUTO_STOP_DEFAULTS, null, seen)).toEqual({
    rule: 'abandonment',
    figures: { answered: 60, abandoned: 6, maxPercent: 3 },
    reason: 'Of the last 60 answered calls 6 reached no agent; at most 3 % may.',
  });
});

test('a campaign sets limits of its own, and switches a rule off with null', () => {
  expect(autoStopLimits()).toEqual(AUTO_STOP_DEFAULTS);
  const answerRate = { calls: 100, minPercentOfMean: 40, minHistory: 1 };
  const limits = autoStopLimits({ answerRate, abandonment: null, wrongParty: undefined });
  const { wrongParty } = AUTO_STOP_DEFAULTS;
  expect(limits).toEqual({ answerRate, abandonment: null, wrongParty });
  const bad = { answered: { answered: 100, abandoned: 100 } };
  expect(decideAutoStop(limits, null, { ...HEALTHY, ...bad })).toBeNull();
});

test('a drop is told in words', () => {
  const latest = { calls: 50, answered: 3 };
  expect(decideAutoStop(AUTO_STOP_DEFAULTS, null, { ...HEALTHY, latest })?.reason).toBe(
    'Of the last 50 calls 3 were answered, less than 50 % of the 7-day mean (300 of 1000).',
  );
});
