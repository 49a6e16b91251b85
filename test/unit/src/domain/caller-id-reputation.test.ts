import { assessCallerId, type CallerIdFigures } from '../../../../src/domain/caller-id-reputation';

const figures = (calls: number, answered: number, short = 0): CallerIdFigures => ({
  ...{ calls, answered, short },
});
const NONE = figures(0, 0);
const ALONE = { recent: NONE, usual: NONE };
const assess = (recent: CallerIdFigures, usual: CallerIdFigures, others = ALONE): string[] =>
  assessCallerId({ recent, usual, others }).map((alarm) => alarm.figure);

test('22 % that became 11 % is an alarm, a smaller fall or fewer calls are none', () => {
  expect(assess(figures(200, 22), figures(5_000, 1_100))).toEqual(['answer_rate']);
  expect(assess(figures(200, 34), figures(5_000, 1_100))).toEqual([]);
  expect(assess(figures(49, 0), figures(5_000, 1_100))).toEqual([]);
  expect(assess(figures(200, 22), figures(299, 66))).toEqual([]);
});

test('a fall that chance explains is none', () => {
  // 10 of 60 against 30 %: below the ratio, 2.2 standard errors
  expect(assess(figures(60, 10), figures(5_000, 1_500))).toEqual([]);
});

test('who answers hangs up at once', () => {
  expect(assess(figures(300, 90, 30), figures(5_000, 1_500, 150))).toEqual(['short_call_share']);
  expect(assess(figures(300, 90, 12), figures(5_000, 1_500, 150))).toEqual([]);
});

test('a day that is bad for all numbers is held against none, a good one neither', () => {
  const fallen = [figures(200, 22), figures(5_000, 1_100)] as const;
  const worse = { recent: figures(1_000, 115), usual: figures(20_000, 4_400) };
  expect(assess(...fallen, worse)).toEqual([]);
  const better = { recent: figures(1_000, 440), usual: figures(20_000, 4_400) };
  expect(assess(figures(200, 44), figures(5_000, 1_100), better)).toEqual([]);
  const few = { recent: figures(49, 0), usual: figures(20_000, 4_400) };
  expect(assess(...fallen, few)).toEqual(['answer_rate']);
});
