import type { SeenMessage } from '../../../support/sip-peer/sip-peer';

/**
 * Asserts at least `count` messages whose gaps double from T1 on (RFC 3261 sections 13.3.1.4, 17.1.1.2,
 * 17.2.1). T1 is 500 ms by default and section 17.1.1.1 lets it be larger, so the first gap may be up to
 * 1 s; each gap may stray by a quarter, for timers are late on a busy machine.
 */
export function expectDoublingGaps(messages: SeenMessage[], count: number): void {
  expect(messages.length).toBeGreaterThanOrEqual(count);
  const gapsMs = messages
    .slice(1, count)
    .map((message, index) => message.atMs - messages[index]!.atMs);
  const [firstMs = 0, ...laterMs] = gapsMs;
  expect(firstMs).toBeGreaterThan(400);
  expect(firstMs).toBeLessThan(1_250);
  laterMs.forEach((gapMs, index) => {
    const expectedMs = firstMs * 2 ** (index + 1);
    expect(gapMs).toBeGreaterThan(expectedMs * 0.75);
    expect(gapMs).toBeLessThan(expectedMs * 1.25);
  });
}
