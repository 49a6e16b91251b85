/** Of the standard normal distribution: nineteen of twenty lie within. */
const Z = 1.96;

/**
 * The 95 % interval of a share, 0 to 1 (Wilson 1927, "Probable inference, the law of succession"): it stays
 * sensible for few, and for shares of nothing or all.
 * @param n at least 1
 */
export function wilsonInterval(hits: number, n: number): { low: number; high: number } {
  const share = hits / n;
  const squared = Z ** 2 / n;
  const middle = (share + squared / 2) / (1 + squared);
  const half = (Z * Math.sqrt((share * (1 - share)) / n + squared / (4 * n))) / (1 + squared);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
