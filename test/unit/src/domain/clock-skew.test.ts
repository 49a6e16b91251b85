import { clockSkewMs } from '../../../../src/domain/clock-skew';

test.each([
  [1_000, 1_002, 1_005, 0],
  [1_000, 1_000, 1_000, 0],
  // a slow answer is no skew: the clocks may well agree
  [1_000, 3_500, 4_000, 0],
  [5_000, 3_900, 5_010, 1_100],
  [5_000, 6_110, 5_010, 1_100],
])('asked at %i, told %i, answered at %i: %i ms', (askedAtMs, databaseAtMs, answeredAtMs, ms) => {
  expect(clockSkewMs({ askedAtMs, databaseAtMs, answeredAtMs })).toBe(ms);
});
