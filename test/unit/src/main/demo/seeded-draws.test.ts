import { seededDraws } from '../../../../../src/main/demo/seeded-draws';

describe('seededDraws', () => {
  it('repeats itself for equal keys, and does not run two parts of a key together', () => {
    const three = (...key: (string | number)[]): number[] => {
      const draws = seededDraws(...key);
      return [draws.next(), draws.next(), draws.next()];
    };
    expect(three('a', 1)).toEqual(three('a', 1));
    expect(new Set(three('a', 1)).size).toBe(3);
    expect(three('a', 1, 2)).not.toEqual(three('a', 12));
  });

  it('draws integers at both ends and choices by weight', () => {
    const draws = seededDraws('ends');
    const seen = new Set(Array.from({ length: 200 }, () => draws.integer(3, 5)));
    expect([...seen].sort()).toEqual([3, 4, 5]);
    const chosen = Array.from({ length: 2_000 }, () =>
      draws.choose([
        [3, 'often'],
        [1, 'seldom'],
        [0, 'never'],
      ]),
    );
    const often = chosen.filter((c) => c === 'often').length;
    expect(often).toBeGreaterThan(1_400);
    expect(often).toBeLessThan(1_600);
    expect(chosen).not.toContain('never');
  });
});
