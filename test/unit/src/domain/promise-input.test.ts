import {
  checkPromiseInput,
  type PromiseCheckFacts,
  type PromiseInput,
} from '../../../../src/domain/promise-input';
import { INDONESIA_ZONES } from '../../../../src/domain/province-zone';

// 23:30 on 5 March in Jakarta, 01:30 on 6 March in Jayapura
const now = new Date('2026-03-05T16:30:00Z');
const room = { horizonDays: 7, promisedMinor: 0n };
const jakarta = { now, amountDueMinor: 150_000n, zones: ['Asia/Jakarta'], room };
const anywhere = { ...jakarta, zones: INDONESIA_ZONES };

const promised = (change: Partial<PromiseInput>): PromiseInput => ({
  amountMinor: 150_000n,
  dueDate: '2026-03-07',
  method: 'qris',
  ...change,
});
const fields = (input: PromiseInput, facts: PromiseCheckFacts = jakarta): string[] =>
  checkPromiseInput(input, facts).map((problem) => problem.field);

describe('checkPromiseInput', () => {
  it('K3: takes an amount from one minor unit to the amount due', () => {
    for (const amountMinor of [0n, -1n, 150_001n]) {
      expect(fields(promised({ amountMinor }))).toEqual(['promise.amountMinor']);
    }
    expect(fields(promised({ amountMinor: 1n }))).toEqual([]);
    expect(checkPromiseInput(promised({ amountMinor: 0n }), jakarta)[0]?.accepted).toBe(
      '1 to 150000, integer minor units',
    );
  });

  it('K3: promises no more than is due, with what is promised already', () => {
    const beside = { ...jakarta, room: { ...room, promisedMinor: 100_000n } };
    expect(fields(promised({ amountMinor: 50_000n }), beside)).toEqual([]);
    expect(checkPromiseInput(promised({ amountMinor: 50_001n }), beside)).toEqual([
      {
        field: 'promise.amountMinor',
        reason: 'is more than is due beside what is promised already',
        accepted: '1 to 50000, integer minor units',
      },
    ]);
    const all = { ...jakarta, room: { ...room, promisedMinor: 150_000n } };
    expect(fields(promised({ amountMinor: 1n }), all)).toEqual(['promise.amountMinor']);
  });

  it('K3: takes a due date from today to the policy’s horizon on the debtor’s calendar', () => {
    expect(fields(promised({ dueDate: '2026-03-05' }))).toEqual([]);
    expect(fields(promised({ dueDate: '2026-03-12' }))).toEqual([]);
    for (const dueDate of ['2026-03-04', '2026-03-13', '2026-02-30']) {
      expect(fields(promised({ dueDate }))).toEqual(['promise.dueDate']);
    }
  });

  it('K3: takes only dates that hold in all three zones when the zone is unknown', () => {
    expect(fields(promised({ dueDate: '2026-03-05' }), anywhere)).toEqual(['promise.dueDate']);
    expect(fields(promised({ dueDate: '2026-03-06' }), anywhere)).toEqual([]);
    expect(fields(promised({ dueDate: '2026-03-13' }), anywhere)).toEqual(['promise.dueDate']);
  });
});
