import fc from 'fast-check';
import {
  earliestRetry,
  endedAlike,
  retryPlan,
  type RetryRule,
} from '../../../../src/domain/campaign-document/retry-plan';
import { nextStepAfterOutcome, nextStepAfterResult } from '../../../../src/domain/dial-retry';

const NOW = new Date('2026-11-23T02:00:00Z');
const minutesLater = (at: Date | null): number => ((at?.getTime() ?? NaN) - NOW.getTime()) / 60_000;

it('tries again as usual, twice soon after busy and then later', () => {
  const after = (inARow: number) =>
    minutesLater(nextStepAfterResult('busy', NOW, { plan: retryPlan(), inARow }).nextAttemptAt);
  expect([1, 2, 3].map(after)).toEqual([15, 15, 240]);
  expect(minutesLater(nextStepAfterResult('no_answer', NOW).nextAttemptAt)).toBe(240);
  expect(minutesLater(nextStepAfterResult('unknown', NOW).nextAttemptAt)).toBe(240);
  expect(minutesLater(nextStepAfterResult('rejected', NOW).nextAttemptAt)).toBe(1_440);
});

it('tries again as the document says, and only where it has a say', () => {
  const plan = retryPlan({
    no_answer: { afterMinutes: 30 },
    refused: { afterMinutes: 600, max: 0, restMinutes: 9_000 },
  });
  const retries = { plan, inARow: 1 };
  const facts = { callbackAt: null, promiseSilentUntil: null };
  expect(minutesLater(nextStepAfterResult('no_answer', NOW, retries).nextAttemptAt)).toBe(30);
  const refused = nextStepAfterOutcome({ code: 'RPC_REFUSE', ...facts }, NOW, retries);
  expect(minutesLater(refused.nextAttemptAt)).toBe(9_000);
  // 72 h of silence after an abandoned call are nobody's choice
  expect(minutesLater(nextStepAfterResult('abandoned', NOW, retries).nextAttemptAt)).toBe(4_320);
  expect(nextStepAfterResult('connected', NOW, retries).blockedReason).toBe('outcome_missing');
});

it('never comes before its gap, nor at an hour of the day too near to this one', () => {
  const rules: fc.Arbitrary<RetryRule> = fc.record({
    afterMinutes: fc.integer({ min: 5, max: 4_000 }),
    shiftHours: fc.integer({ min: 0, max: 11 }),
  });
  fc.assert(
    fc.property(rules, (rule) => {
      const gap = minutesLater(earliestRetry(rule, NOW, 1));
      expect(gap).toBeGreaterThanOrEqual(rule.afterMinutes);
      expect(gap).toBeLessThan(rule.afterMinutes + 1_440);
      const ofDay = gap % 1_440;
      const away = Math.min(ofDay, 1_440 - ofDay);
      expect(away).toBeGreaterThanOrEqual((rule.shiftHours ?? 0) * 60);
      // no later than needed
      if (gap > rule.afterMinutes) expect(away).toBe((rule.shiftHours ?? 0) * 60);
    }),
  );
});

it('counts from the newest back, what an agent said of a talk before what the line said', () => {
  const ended = (
    result: 'busy' | 'no_answer' | 'unknown' | 'connected',
    code: 'VOICEMAIL' | 'NO_ANSWER' | null = null,
  ) => ({
    result,
    code,
  });
  expect(endedAlike([ended('busy'), ended('busy'), ended('no_answer'), ended('busy')])).toBe(2);
  expect(endedAlike([ended('no_answer'), ended('unknown'), ended('connected', 'NO_ANSWER')])).toBe(
    3,
  );
  expect(endedAlike([ended('connected', 'VOICEMAIL'), ended('connected')])).toBe(1);
  expect(endedAlike([])).toBe(0);
});

it('K7: leaves who accepted an agreement to its hold, and asks a person about who did not', () => {
  const facts = { code: 'RPC_PLAN', callbackAt: null, promiseSilentUntil: null } as const;
  const agreed = nextStepAfterOutcome({ ...facts, hasAgreement: true }, NOW);
  expect(agreed).toMatchObject({ nextAttemptAt: NOW, blockedReason: null });
  expect(nextStepAfterOutcome({ ...facts, hasAgreement: false }, NOW)).toMatchObject({
    nextAttemptAt: null,
    blockedReason: 'review',
  });
});
