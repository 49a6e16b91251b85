/** The pause after the first failure; each one after it is twice as long. */
const FIRST_PAUSE_MS = 2_000;

/** After so many failures, some four minutes in all, a person has to look. */
export const TRIES_OF_A_DELIVERY = 8;

/**
 * When a payment's delivery that failed on our side is tried again; null: not by itself any more.
 * @param failures so far, the last one included
 */
export function nextDeliveryTry(failures: number, now: Date): Date | null {
  if (failures >= TRIES_OF_A_DELIVERY) return null;
  return new Date(now.getTime() + FIRST_PAUSE_MS * 2 ** (failures - 1));
}
