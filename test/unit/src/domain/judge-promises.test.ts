import {
  judgePromises,
  type JudgedPromise,
  type PaidFact,
  type PromiseFact,
} from '../../../../src/domain/judge-promises';
import { promisePath } from '../../../../src/domain/promise';
import { at, promiseFact as promise } from '../../../support/promise-facts';

const zones = ['Asia/Jakarta'];
const paid = (amountMinor: bigint, paidAt: Date, change: Partial<PaidFact> = {}): PaidFact => ({
  ...{ id: `pay ${paidAt.getTime()}`, amountMinor, paidAt, receivedAt: paidAt, reversedAt: null },
  ...change,
});
const judge = (promises: PromiseFact[], payments: PaidFact[], now: Date): JudgedPromise[] =>
  judgePromises({ promises, payments, zones }, now);
const one = (fact: PromiseFact, payments: PaidFact[], now: Date): JudgedPromise =>
  judge([fact], payments, now)[0]!;

describe('K4: judging a promise', () => {
  it('K4: keeps it as soon as the threshold came in time', () => {
    expect(one(promise(), [paid(899n, at(1))], at(2))).toMatchObject({
      ...{ state: 'partially_kept', keptMinor: 899n, reason: 'paid_in_part' },
    });
    expect(one(promise(), [paid(899n, at(1)), paid(1n, at(2))], at(2))).toMatchObject({
      ...{ state: 'kept', keptMinor: 900n, reason: 'paid', decidedAt: at(2), silentUntil: null },
    });
    // the last millisecond of the grace
    const last = promise().graceUntil;
    expect(one(promise(), [paid(1_000n, last)], at(30)).state).toBe('kept');
    const late = new Date(last.getTime() + 1);
    expect(one(promise(), [paid(1_000n, late)], at(30))).toMatchObject({
      ...{ state: 'broken', keptMinor: 0n, reason: 'not_paid_in_time' },
    });
  });

  it('K4: breaks it when the day of grace is over where the debtor is, and not before', () => {
    const { graceUntil } = promise();
    expect(one(promise(), [], graceUntil)).toMatchObject({
      state: 'open',
      silentUntil: graceUntil,
    });
    expect(one(promise(), [], new Date(graceUntil.getTime() + 1))).toMatchObject({
      ...{ state: 'broken', reason: 'not_paid_in_time', decidedAt: graceUntil, silentUntil: null },
    });
  });

  it('K4: reopens what a reversal takes back, for the days of grace anew', () => {
    const back = paid(1_000n, at(1), { reversedAt: at(10) });
    // 11 March: the reversal was on the tenth day after the first
    const until = new Date('2026-03-12T16:59:59.999Z');
    expect(one(promise(), [back], at(10, 1))).toMatchObject({
      ...{ state: 'open', reason: 'payment_reversed', silentUntil: until },
    });
    expect(one(promise(), [back, paid(1_000n, at(11))], at(20)).state).toBe('kept');
    expect(one(promise(), [back], at(12))).toMatchObject({
      ...{ state: 'broken', reason: 'payment_reversed', decidedAt: until },
    });
    // what was never kept is not given time by it
    const part = paid(100n, at(1), { reversedAt: at(10) });
    expect(one(promise(), [part], at(10, 1)).state).toBe('broken');
  });

  it('K4: keeps what news of a payment in time shows, though it broke before', () => {
    const news = paid(1_000n, at(3), { receivedAt: at(9) });
    expect(one(promise(), [], at(8)).state).toBe('broken');
    expect(one(promise(), [news], at(9)).state).toBe('kept');
  });

  it('K4: counts money that was on its way when the promise was made, and not what was known', () => {
    const onItsWay = paid(1_000n, at(0, -2), { receivedAt: at(0, 1) });
    expect(one(promise(), [onItsWay], at(0, 2)).state).toBe('kept');
    expect(one(promise(), [paid(1_000n, at(0, -2))], at(0, 2)).state).toBe('open');
  });

  it('K4: fills promises by their due dates, each with what came in time for it', () => {
    const first = promise({ id: 'a' });
    const second = promise({
      ...{ id: 'b', dueDate: '2026-03-12', graceUntil: new Date('2026-03-13T16:59:59.999Z') },
    });
    const states = (payments: PaidFact[], now: Date): [string, bigint][] =>
      judge([second, first], payments, now).map(({ state, keptMinor }) => [state, keptMinor]);
    expect(states([paid(1_400n, at(2))], at(3))).toEqual([
      ['kept', 1_000n],
      ['partially_kept', 400n],
    ]);
    // too late for the first
    expect(states([paid(1_400n, at(7))], at(8))).toEqual([
      ['broken', 0n],
      ['kept', 1_000n],
    ]);
  });

  it('K3: waits for a second person at most until its limit, and money comes before the word', () => {
    const proposed = promise({ approveUntil: at(1) });
    expect(one(proposed, [], at(1))).toMatchObject({ state: 'proposed', silentUntil: at(1) });
    expect(one(proposed, [], at(1, 1))).toMatchObject({
      ...{ state: 'cancelled', reason: 'approval_late', decidedAt: at(1) },
    });
    expect(one({ ...proposed, approvedAt: at(0, 2) }, [], at(2))).toMatchObject({
      ...{ state: 'open', reason: 'approved' },
    });
    const early = paid(1_000n, at(0, 5));
    expect(one(proposed, [early], at(0, 6)).state).toBe('kept');
    const back = { ...early, reversedAt: at(0, 7) };
    expect(one(proposed, [back], at(0, 7)).state).toBe('proposed');
    expect(promisePath('kept', 'proposed')).toEqual(['proposed']);
  });

  it('K3: ends it as it was ended, unless it was decided before', () => {
    const ended = promise({ end: { as: 'superseded', at: at(2), reason: 'newer_promise' } });
    expect(one(ended, [paid(500n, at(1))], at(3))).toMatchObject({
      ...{ state: 'superseded', keptMinor: 500n, reason: 'newer_promise' },
    });
    expect(one(ended, [paid(1_000n, at(1))], at(3)).state).toBe('kept');
    expect(one(ended, [paid(1_000n, at(3))], at(3)).state).toBe('superseded');
    const tooLate = promise({ end: { as: 'cancelled', at: at(8), reason: 'debtor_asked' } });
    expect(one(tooLate, [], at(9)).state).toBe('broken');
  });

  it('K4: keeps it when nothing is left due in time, whoever said so', () => {
    expect(one(promise({ clearedAt: at(3) }), [], at(30))).toMatchObject({
      ...{ state: 'kept', reason: 'nothing_due', decidedAt: at(3) },
    });
    expect(one(promise({ clearedAt: at(7) }), [], at(30)).state).toBe('broken');
  });
});
