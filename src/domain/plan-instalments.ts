/**
 * Divides an amount into equal instalments, each a whole multiple of `roundTo` but the last, which takes
 * what is left and is never the largest. The sum is the amount, to the minor unit.
 * @param amountMinor, roundToMinor positive
 * @param count at least 1
 * @returns null: the amount is too small to be divided so
 */
export function splitAmount(
  amountMinor: bigint,
  count: number,
  roundToMinor: bigint,
): readonly bigint[] | null {
  const parts = BigInt(count);
  const share = (amountMinor + parts - 1n) / parts;
  const each = ((share + roundToMinor - 1n) / roundToMinor) * roundToMinor;
  const last = amountMinor - each * (parts - 1n);
  if (last <= 0n) return null;
  return [...new Array<bigint>(count - 1).fill(each), last];
}

export interface PlanLimits {
  readonly minInstalments: number;
  readonly maxInstalments: number;
  /** No instalment is larger, minor units. */
  readonly capMinor: bigint;
  /** No instalment but the last is smaller, minor units. */
  readonly leastMinor: bigint;
  readonly roundToMinor: bigint;
}

/** The fewest instalments within the limits; null: there are none. */
export function fewestInstalments(
  amountMinor: bigint,
  limits: PlanLimits,
): readonly bigint[] | null {
  for (let count = limits.minInstalments; count <= limits.maxInstalments; count++) {
    const instalments = splitAmount(amountMinor, count, limits.roundToMinor);
    const [first = 0n] = instalments ?? [];
    if (instalments === null || first < limits.leastMinor) return null;
    if (first <= limits.capMinor) return instalments;
  }
  return null;
}
