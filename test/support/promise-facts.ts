import type { PromiseFact } from '../../src/domain/judge-promises';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 09:00 on 1 March 2026 in Jakarta. */
export const T0 = Date.parse('2026-03-01T02:00:00Z');
export const at = (days: number, hours = 0): Date => new Date(T0 + days * DAY + hours * HOUR);

/** Of 1,000 by 5 March, with a day of grace; made at {@link T0}. */
export const promiseFact = (change: Partial<PromiseFact> = {}): PromiseFact => ({
  id: 'p1',
  amountMinor: 1_000n,
  dueDate: '2026-03-05',
  madeAt: at(0),
  thresholdPct: 90,
  graceDays: 1,
  // the end of 6 March in Jakarta
  graceUntil: new Date('2026-03-06T16:59:59.999Z'),
  approveUntil: null,
  approvedAt: null,
  end: null,
  clearedAt: null,
  ...change,
});
