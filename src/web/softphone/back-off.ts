const FIRST_MS = 500;
const LAST_MS = 8_000;

/**
 * How long to wait before the next try, ms: 0.5 s, doubled up to 8 s, and of that a random part from
 * half to all, so that a floor that was cut off together does not come back in one instant.
 * @param failures how many tries have failed in a row, from 1
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** (failures - 1), LAST_MS);
  return Math.round(whole * (0.5 + random / 2));
}
