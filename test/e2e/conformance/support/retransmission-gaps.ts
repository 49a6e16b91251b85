import type { SeenMessage } from '../../../support/sip-peer/sip-peer';

/** A busy machine may show a message to the peer this much later than it was sent. */
const LATENESS_MS = 300;

/**
 * Asserts at least `count` messages whose gaps double from T1 on (RFC 3261 sections 13.3.1.4, 17.1.1.2,
 * 17.2.1). T1 is 500 ms by default and section 17.1.1.1 lets it be larger, so it is taken from the last
 * and longest gap, where lateness weighs least, and every other gap must fit.
 */
export function expectDoublingGaps(messages: SeenMessage[], count: number): void {
  expect(messages.length).toBeGreaterThanOrEqual(count);
  const gapsMs = messages
    .slice(1, count)
    .map((message, index) => message.atMs - messages[index]!.atMs);
  const t1Ms = gapsMs.at(-1)! / 2 ** (gapsMs.length - 1);
  expect(t1Ms).toBeGreaterThan(350);
  expect(t1Ms).toBeLessThan(1_250);
  gapsMs.forEach((gapMs, index) => {
    expect(Math.abs(gapMs - t1Ms * 2 ** index)).toBeLessThan(LATENESS_MS);
  });
}
