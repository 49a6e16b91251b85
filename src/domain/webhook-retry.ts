const MINUTE_MS = 60_000;

/** The first pause; each one after it is twice as long. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;

/** From the first try on; what has not arrived by then is a dead letter. */
export const GIVE_UP_AFTER_MS = 24 * 60 * MINUTE_MS;

/** Whoever has a delivery in hand and does not come back has lost it then, ms. */
export const LEASE_MS = MINUTE_MS;

/**
 * When a delivery that failed is tried again; null: never, it is a dead letter.
 * @param attempts that were made, the failed one included
 * @param random in [0, 1): spreads those that failed together over half to one and a half pauses
 */
export function nextTry(
  failed: { readonly attempts: number; readonly firstTriedAt: Date; readonly now: Date },
  random: number,
): Date | null {
  const { attempts, firstTriedAt, now } = failed;
  if (now.getTime() - firstTriedAt.getTime() >= GIVE_UP_AFTER_MS) return null;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + Math.round(pauseMs * (0.5 + random)));
}
