import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  moveAgreement,
  AGREEMENT_STATES,
  type AgreementState,
} from '../../../../src/domain/agreement';
import type { AgreementTerms } from '../../../../src/domain/agreement-terms';
import { judgeAgreement, type AgreementJudgement } from '../../../../src/domain/judge-agreement';
import { endOfDays, judgePromises, type PaidFact } from '../../../../src/domain/judge-promises';
import { TransitionError } from '../../../../src/domain/transition-error';

const ZONE = 'Asia/Jakarta';
const MADE_AT = DateTime.fromISO('2026-11-20T10:00', { zone: ZONE }).toJSDate();
const DAY_MS = 86_400_000;
const dayAfter = (days: number): Date => new Date(MADE_AT.getTime() + days * DAY_MS);
const POLICY = { missedToBreak: 2, lateDaysToBreak: 10 };

const payment = (number: number, dueDate: string, amountMinor: string) => ({
  ...{ number, dueDate, amountMinor },
});
const PLAN: AgreementTerms = {
  kind: 'plan',
  amountMinor: '3000',
  payments: [
    payment(1, '2026-12-01', '1000'),
    payment(2, '2027-01-01', '1000'),
    payment(3, '2027-02-01', '1000'),
  ],
};
const SETTLEMENT: AgreementTerms = {
  kind: 'settlement',
  payments: [payment(1, '2026-11-27', '2000')],
  waived: { principalMinor: '0', interestMinor: '0', penaltyMinor: '1000', feeMinor: '0' },
  writeOffMinor: '1000',
};
const RESCHEDULE: AgreementTerms = {
  ...{ kind: 'reschedule', instalment: 1, fromDueDate: '2026-11-01', feeMinor: '0' },
  payments: [payment(1, '2026-12-10', '3000')],
};
const DEFERMENT: AgreementTerms = {
  ...{ kind: 'deferment', amountMinor: '3000', from: '2026-11-20', until: '2026-11-27' },
  ...{ checkInOn: '2026-11-25', interestMinor: '0', reason: 'sakit', hasEvidence: false },
};
const ALL = [PLAN, SETTLEMENT, RESCHEDULE, DEFERMENT] as const;

const paidOn = (day: number, amount: number, reversed: number | null = null): PaidFact => ({
  id: `${day}-${amount}-${reversed ?? ''}`,
  amountMinor: BigInt(amount),
  paidAt: dayAfter(day),
  receivedAt: dayAfter(day),
  reversedAt: reversed === null ? null : dayAfter(reversed),
});

/** As the account's fold would: promises first, then the agreement over them. */
function judgeAt(
  terms: AgreementTerms,
  payments: readonly PaidFact[],
  day: number,
): AgreementJudgement {
  const now = dayAfter(day);
  const known = payments.filter(({ receivedAt }) => receivedAt <= now);
  const agreed = terms.kind === 'deferment' ? [] : terms.payments;
  const promises = agreed.map(({ number, dueDate, amountMinor }) => ({
    ...{ id: String(number), number, dueDate, amountMinor: BigInt(amountMinor), madeAt: MADE_AT },
    ...{ thresholdPct: 90, graceDays: 1, graceUntil: endOfDays(dueDate, 1, [ZONE]) },
    ...{ approveUntil: null, approvedAt: null, end: null, clearedAt: null },
  }));
  const seen = known.map((each) => ({
    ...each,
    reversedAt: each.reversedAt !== null && each.reversedAt <= now ? each.reversedAt : null,
  }));
  const judged = judgePromises({ promises, payments: seen, zones: [ZONE] }, now);
  const standing = seen
    .filter(({ reversedAt }) => reversedAt === null)
    .sort((a, b) => a.paidAt.getTime() - b.paidAt.getTime() || (a.id < b.id ? -1 : 1));
  const paid = standing.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const facts = {
    promises: promises.map((promise) => {
      const { state, keptMinor } = judged.find(({ id }) => id === promise.id)!;
      return { ...promise, state, keptMinor };
    }),
    payments: standing,
    owedMinor: paid >= 3_000n ? 0n : 3_000n - paid,
    zone: ZONE,
  };
  return judgeAgreement(terms, facts, now, POLICY);
}
const stateAt = (terms: AgreementTerms, payments: readonly PaidFact[], day: number): string => {
  const { state, reason } = judgeAt(terms, payments, day);
  return `${state} ${reason}`;
};

describe('judgeAgreement', () => {
  // 1 December is day 11, 1 January day 42, 1 February day 73
  it.each([
    [
      'K7: all in time',
      PLAN,
      [paidOn(10, 1_000), paidOn(40, 1_000), paidOn(70, 1_000)],
      80,
      'completed kept',
    ],
    ['K7: the first is waited for', PLAN, [], 12, 'active accepted'],
    ['K7: late, and made up for within ten days', PLAN, [paidOn(18, 1_000)], 30, 'active accepted'],
    ['K7: more than ten days late', PLAN, [], 23, 'broken late_payment'],
    ['K7: paid when it was too late already', PLAN, [paidOn(25, 1_000)], 30, 'broken late_payment'],
    [
      'K7: the second one missed, each made up for',
      PLAN,
      [paidOn(18, 1_000), paidOn(47, 1_000)],
      48,
      'broken missed_payments',
    ],
    ['K7: all at once is kept as well', PLAN, [paidOn(5, 3_000)], 6, 'completed kept'],
    ['K8: another due date kept', RESCHEDULE, [paidOn(19, 3_000)], 19, 'completed kept'],
    ['K8: another due date missed', RESCHEDULE, [paidOn(19, 1_000)], 30, 'broken not_paid'],
    [
      'K10: a settlement paid in two parts',
      SETTLEMENT,
      [paidOn(1, 500), paidOn(6, 1_500)],
      7,
      'completed kept',
    ],
    ['K10: a settlement paid by nine tenths', SETTLEMENT, [paidOn(1, 1_900)], 3, 'active accepted'],
    ['K10: and not in full in time', SETTLEMENT, [paidOn(1, 1_900)], 10, 'broken not_paid'],
    [
      'K10: the rest comes too late',
      SETTLEMENT,
      [paidOn(1, 1_900), paidOn(11, 100)],
      12,
      'broken not_paid',
    ],
    ['K9: a deferment runs', DEFERMENT, [], 6, 'active accepted'],
    ['K9: and ends', DEFERMENT, [], 9, 'completed time_over'],
    ['K9: or all is paid', DEFERMENT, [paidOn(2, 3_000)], 3, 'completed nothing_owed'],
  ] as const)('%s', (_name, terms, payments, day, expected) => {
    expect(stateAt(terms, payments, day)).toBe(expected);
  });

  it('K10: a reversal takes a kept settlement back, and the days of grace begin anew', () => {
    const reversed = [paidOn(5, 2_000, 20)];
    expect([6, 20, 30].map((day) => stateAt(SETTLEMENT, reversed, day))).toEqual([
      ...['completed kept', 'active accepted', 'broken not_paid'],
    ]);
  });

  it('K7: is silent up to the next instalment, and not while one is missed', () => {
    const until = (payments: readonly PaidFact[], day: number): string | null =>
      judgeAt(PLAN, payments, day).silentUntil?.toISOString().slice(0, 10) ?? null;
    expect(until([], 3)).toBe('2026-12-02');
    expect(until([], 15)).toBeNull();
    expect(until([paidOn(18, 1_000)], 19)).toBe('2027-01-02');
    expect(until([paidOn(18, 1_500)], 19)).toBe('2027-01-02');
  });

  it('K7, K8, K9, K10: no order of events reaches an illegal state; told again nothing changes', () => {
    const events = fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 100 }),
        amount: fc.constantFrom(500, 1_000, 1_500, 2_000, 3_000),
        reversed: fc.option(fc.integer({ min: 1, max: 40 })),
        heardLate: fc.constantFrom(0, 0, 3, 30),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        events,
        fc.constantFrom(...ALL),
        fc.infiniteStream(fc.nat()),
        (list, terms, order) => {
          const payments = list.map(({ day, amount, reversed, heardLate }, index) => ({
            ...paidOn(day, amount, reversed === null ? null : day + reversed + heardLate),
            id: `p${index}`,
            receivedAt: dayAfter(day + heardLate),
          }));
          let state: AgreementState = 'active';
          for (let day = 0; day <= 150; day += 6) {
            const judged = judgeAt(terms, payments, day);
            const shuffled = [...payments]
              .map((each) => ({ each, at: order.next().value as number }))
              .sort((a, b) => a.at - b.at)
              .map(({ each }) => each);
            expect(judgeAt(terms, shuffled, day)).toEqual(judged);
            if (judged.state !== state) state = moveAgreement(state, judged.state);
            // what is decided keeps nobody silent, and nothing waits for the past
            if (judged.state !== 'active') expect(judged.silentUntil).toBeNull();
            if (judged.nextCheckAt !== null) {
              expect(judged.nextCheckAt.getTime()).toBeGreaterThan(dayAfter(day).getTime());
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('moveAgreement', () => {
  const AFTER: Record<AgreementState, readonly AgreementState[]> = {
    proposed: ['pending_approval', 'active', 'cancelled', 'expired', 'superseded'],
    pending_approval: ['active', 'cancelled', 'expired', 'superseded'],
    active: ['completed', 'broken', 'cancelled', 'superseded'],
    completed: ['active', 'broken', 'superseded'],
    broken: ['active', 'completed', 'cancelled', 'superseded'],
    cancelled: [],
    expired: [],
    superseded: [],
  };
  it.each(AGREEMENT_STATES)('K7: goes from %s where it says, and nowhere else', (from) => {
    for (const to of AGREEMENT_STATES) {
      if (AFTER[from].includes(to)) expect(moveAgreement(from, to)).toBe(to);
      else expect(() => moveAgreement(from, to)).toThrow(TransitionError);
    }
  });
});
