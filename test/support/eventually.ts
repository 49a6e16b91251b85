import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks again until `probe` gives something other than null. A probe that throws counts as null:
 * what it asks may be away for a while.
 * @throws Error naming what was waited for, with the last failure, after `limitMs`.
 */
export async function eventually<T>(
  what: string,
  limitMs: number,
  probe: () => T | null | Promise<T | null>,
  intervalMs = 100,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  let last = '';
  for (;;) {
    try {
      const found = await probe();
      if (found !== null) return found;
      last = '';
    } catch (error) {
      last = `: ${String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}${last}`);
    await delay(intervalMs);
  }
}
