import fc from 'fast-check';
import { collectionPolicy } from '../../../../src/domain/collection-policy/collection-policy';
import { CASE_KINDS, CASE_RULES, VULNERABILITIES } from '../../../../src/domain/case-kind';
import {
  CASE_STATES,
  isUndecided,
  keepsHolds,
  moveCase,
  type CaseState,
} from '../../../../src/domain/case-state';
import { TransitionError } from '../../../../src/domain/transition-error';
import {
  gentler,
  LEAST_CONTACT_GAP_DAYS,
  silentUntil,
  treatmentOf,
  USUAL_TREATMENTS,
  type Treatment,
} from '../../../../src/domain/treatment';
import { endOfWorkingDay } from '../../../../src/domain/working-days';

describe('K12: the states of a case', () => {
  // all that may happen, and by it all that may not
  const CHANGES: Record<CaseState, readonly CaseState[]> = {
    open: ['in_review', 'waiting', 'upheld', 'rejected', 'withdrawn'],
    in_review: ['waiting', 'upheld', 'rejected', 'withdrawn'],
    waiting: ['in_review', 'upheld', 'rejected', 'withdrawn'],
    upheld: ['ended'],
    rejected: ['in_review'],
    withdrawn: [],
    ended: [],
  };
  it.each(CASE_STATES)('leave %s for what is drawn, and nothing else', (from) => {
    for (const to of CASE_STATES) {
      if (CHANGES[from].includes(to)) expect(moveCase(from, to)).toBe(to);
      else expect(() => moveCase(from, to)).toThrow(TransitionError);
    }
  });

  it('keep their holds until they are closed', () => {
    expect(CASE_STATES.filter((state) => !keepsHolds(state))).toEqual([
      ...['rejected', 'withdrawn', 'ended'],
    ]);
  });

  it('can be decided as long as nothing is, and what a kind allows is in the machine', () => {
    for (const from of CASE_STATES.filter(isUndecided)) {
      for (const kind of CASE_KINDS) {
        for (const to of CASE_RULES[kind].decisions) expect(moveCase(from, to)).toBe(to);
      }
    }
  });
});

describe('K12: the deadline', () => {
  const office = { zone: 'Asia/Jakarta', daysOff: new Set(['2026-12-25', '2026-12-24']) };

  it('is the end of the tenth working day, weekends and days off apart', () => {
    // a Monday; 24 and 25 December are off
    const monday = new Date('2026-12-14T03:00:00Z');
    expect(endOfWorkingDay(monday, 8, office).toISOString()).toBe('2026-12-28T16:59:59.999Z');
    expect(endOfWorkingDay(monday, 10, office).toISOString()).toBe('2026-12-30T16:59:59.999Z');
    expect(endOfWorkingDay(monday, 10, { ...office, daysOff: new Set() }).toISOString()).toBe(
      '2026-12-28T16:59:59.999Z',
    );
  });

  it('counts from the day that it is at the office', () => {
    // Friday 23:30 UTC is Saturday in Jakarta
    const night = new Date('2026-11-20T23:30:00Z');
    expect(endOfWorkingDay(night, 1, office).toISOString()).toBe('2026-11-23T16:59:59.999Z');
  });
});

describe('K13: how a vulnerable person is treated', () => {
  const days = fc.integer({ min: 0, max: 400 });
  const treatment: fc.Arbitrary<Treatment> = fc.record({
    pauseDays: days,
    contactGapDays: days,
    reviewDays: days,
  });
  const now = new Date('2026-11-22T00:00:00Z');

  it('is at most one contact in 14 days, whatever the policy says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VULNERABILITIES), treatment, (type, asked) => {
        const treated = treatmentOf(type, { ...USUAL_TREATMENTS, [type]: asked });
        expect(treated.contactGapDays).toBeGreaterThanOrEqual(LEAST_CONTACT_GAP_DAYS);
        const silentMs = silentUntil(treated, now).getTime() - now.getTime();
        expect(silentMs).toBeGreaterThanOrEqual(14 * 86_400_000);
      }),
    );
    const refused = collectionPolicy.safeParse({
      protection: { vulnerability: { illness: { contactGapDays: 13 } } },
    });
    expect(refused.error?.issues[0]?.path).toEqual([
      ...['protection', 'vulnerability', 'illness', 'contactGapDays'],
    ]);
  });

  it('is never harder for another reason: more of them never mean less care', () => {
    fc.assert(
      fc.property(treatment, treatment, (a, b) => {
        const both = gentler(a, b);
        for (const one of [a, b]) {
          expect(silentUntil(both, now).getTime()).toBeGreaterThanOrEqual(
            silentUntil(one, now).getTime(),
          );
          expect(both.contactGapDays).toBeGreaterThanOrEqual(one.contactGapDays);
        }
      }),
    );
    // one that nobody has sorted yet is as gentle as the gentlest
    const unsorted = treatmentOf(null, USUAL_TREATMENTS);
    for (const type of VULNERABILITIES) {
      const known = treatmentOf(type, USUAL_TREATMENTS);
      expect(unsorted.pauseDays).toBeGreaterThanOrEqual(known.pauseDays);
      expect(unsorted.contactGapDays).toBeGreaterThanOrEqual(known.contactGapDays);
    }
  });
});
