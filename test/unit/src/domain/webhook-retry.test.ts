import { GIVE_UP_AFTER_MS, nextTry } from '../../../../src/domain/webhook-retry';

const HOUR_MS = 3_600_000;

/** The pauses between tries that all fail. @param random the same at each */
function pauses(random: number): number[] {
  const firstTriedAt = new Date('2026-11-23T03:00:00Z');
  const found: number[] = [];
  let now = firstTriedAt;
  for (let attempts = 1; attempts < 1_000; attempts++) {
    const next = nextTry({ attempts, firstTriedAt, now }, random);
    if (next === null) return found;
    found.push(next.getTime() - now.getTime());
    now = next;
  }
  throw new Error('it never ends');
}

test('A13: a webhook is tried with longer and longer pauses, for a day', () => {
  const found = pauses(0.5);
  expect(found.slice(0, 5)).toEqual([5_000, 10_000, 20_000, 40_000, 80_000]);
  expect(Math.max(...found)).toBe(HOUR_MS);
  const total = found.reduce((sum, pause) => sum + pause, 0);
  expect(total).toBeGreaterThanOrEqual(GIVE_UP_AFTER_MS);
  expect(total).toBeLessThan(GIVE_UP_AFTER_MS + 2 * HOUR_MS);
});

test('A13: those that failed together do not come back together', () => {
  expect(pauses(0)[0]).toBe(2_500);
  expect(pauses(0.999)[0]).toBe(7_495);
});
