/** An amount, and how long it is waited for. */
export interface Waiting {
  readonly amountMinor: bigint;
  readonly days: number;
}

const DAYS_A_YEAR = 365n;
/** A rate is read to a thousandth of a percent. */
const RATE_STEPS = 1_000;

/**
 * What waiting costs at a simple yearly rate, 365 days a year, rounded up to the minor unit.
 * @param yearlyPercent zero or more
 */
export function waitingCost(waitings: readonly Waiting[], yearlyPercent: number): bigint {
  const amountDays = waitings.reduce(
    (sum, { amountMinor, days }) => sum + amountMinor * BigInt(days),
    0n,
  );
  const steps = BigInt(Math.round(yearlyPercent * RATE_STEPS));
  const whole = DAYS_A_YEAR * 100n * BigInt(RATE_STEPS);
  return (amountDays * steps + whole - 1n) / whole;
}
