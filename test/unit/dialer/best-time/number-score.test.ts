import { byScore, NEW_NUMBER, numberScores } from '../../../../dialer/best-time/number-score';
import type { PastAttempt } from '../../../../dialer/best-time/person-model';
import { at } from './arbitraries';

const dial = (day: number, number: number, kind: PastAttempt['kind'] = 'nobody'): PastAttempt => ({
  at: at(day, 10),
  kind,
  expected: 0.1,
  number,
});
const score = (attempts: readonly PastAttempt[], number: number): number =>
  numberScores({ attempts })[number] ?? NEW_NUMBER;

describe('the score of a number', () => {
  it('is above a new one where the person was reached, until too many dials were in vain', () => {
    const reached = dial(0, 7, 'right_party');
    expect(score([reached], 7)).toBeGreaterThan(NEW_NUMBER);
    const vain = (count: number): PastAttempt[] =>
      Array.from({ length: count }, (_, day) => dial(day + 1, 7));
    expect(score([reached, ...vain(3)], 7)).toBeGreaterThan(NEW_NUMBER);
    expect(score([reached, ...vain(9)], 7)).toBeLessThan(NEW_NUMBER);
  });

  it('falls with each dial in vain, and more where somebody else answered', () => {
    const [once, twice] = [[dial(0, 7)], [dial(0, 7), dial(1, 7)]];
    expect(score(once, 7)).toBeLessThan(NEW_NUMBER);
    expect(score(twice, 7)).toBeLessThan(score(once, 7));
    expect(score([dial(0, 7, 'somebody')], 7)).toBeLessThan(score(twice, 7));
  });

  it('fades: a talk of half a year ago counts less than one of last week', () => {
    const latest = dial(0, 1);
    const [old, new_] = [dial(-180, 7, 'right_party'), dial(-7, 7, 'right_party')];
    expect(score([old, latest], 7)).toBeLessThan(score([new_, latest], 7));
  });

  it('is of dialed numbers alone', () => {
    expect(numberScores({ attempts: [] })).toEqual({});
    expect(Object.keys(numberScores({ attempts: [dial(0, 3), dial(1, 250)] }))).toEqual([
      '3',
      '250',
    ]);
  });
});

describe('the order by score', () => {
  const number = (phoneId: string, own: number, position: number, triedAt: number | null) => ({
    phoneId,
    number: own,
    position,
    triedAt: triedAt === null ? null : new Date(triedAt),
  });

  it('has the best first, then the one tried longest ago, then as listed', () => {
    const numbers = [
      number('a', 1, 0, 5),
      number('b', 2, 1, 3),
      number('c', 3, 2, null),
      number('d', 4, 3, null),
      number('e', 5, 4, 9),
    ];
    const order = byScore(numbers, { 1: 0.9, 2: 0.9, 5: 1.7 }).map(({ phoneId }) => phoneId);
    expect(order).toEqual(['e', 'c', 'd', 'b', 'a']);
  });
});
