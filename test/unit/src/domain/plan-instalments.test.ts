import fc from 'fast-check';
import { fewestInstalments, splitAmount } from '../../../../src/domain/plan-instalments';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

describe('splitAmount', () => {
  it('K7: conserves the amount to the minor unit, in equal steps, the last never the largest', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 15n),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1n, 100n, 5_000n, 100_000n),
        (amount, count, roundTo) => {
          const instalments = splitAmount(amount, count, roundTo);
          if (instalments === null) {
            // only what is too small for its steps
            expect(amount).toBeLessThanOrEqual(roundTo * BigInt(count) * BigInt(count));
            return;
          }
          expect(instalments).toHaveLength(count);
          expect(sum(instalments)).toBe(amount);
          const [first = 0n, last = 0n] = [instalments[0], instalments.at(-1)];
          expect(last).toBeGreaterThan(0n);
          expect(last).toBeLessThanOrEqual(first);
          for (const each of instalments.slice(0, -1)) {
            expect(each).toBe(first);
            expect(each % roundTo).toBe(0n);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [1_000_000n, 3, 100n, [333_400n, 333_400n, 333_200n]],
    [900_000n, 3, 100n, [300_000n, 300_000n, 300_000n]],
    [100n, 3, 1n, [34n, 34n, 32n]],
    [100n, 3, 100n, null],
  ] as const)('divides %s by %i in steps of %s', (amount, count, roundTo, expected) => {
    expect(splitAmount(amount, count, roundTo)).toEqual(expected);
  });
});

describe('fewestInstalments', () => {
  const limits = {
    ...{ minInstalments: 2, maxInstalments: 12, capMinor: 40_000n },
    ...{ leastMinor: 10_000n, roundToMinor: 100n },
  };
  it('K7: takes the fewest of which none is above the cap', () => {
    expect(fewestInstalments(100_000n, limits)).toEqual([33_400n, 33_400n, 33_200n]);
    expect(fewestInstalments(80_000n, limits)).toEqual([40_000n, 40_000n]);
  });
  it('K7: finds none where there would be too many, or each too small', () => {
    expect(fewestInstalments(500_000n, limits)).toBeNull();
    expect(fewestInstalments(100_000n, { ...limits, capMinor: 9_000n })).toBeNull();
  });
});
