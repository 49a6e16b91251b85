import { nextDeliveryTry, TRIES_OF_A_DELIVERY } from '../../../../src/domain/delivery-retry';

it('K14: a delivery that fails is tried later each time, then left to a person', () => {
  const now = new Date('2026-11-20T03:00:00Z');
  const pauses = Array.from({ length: TRIES_OF_A_DELIVERY }, (_, n) => {
    const next = nextDeliveryTry(n + 1, now);
    return next === null ? null : next.getTime() - now.getTime();
  });
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, null]);
});
