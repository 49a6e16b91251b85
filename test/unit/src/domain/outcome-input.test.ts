import {
  checkOutcomeInput,
  type OutcomeCheckFacts,
  type OutcomeInput,
} from '../../../../src/domain/outcome-input';
import { AGENT_OUTCOME_CODES } from '../../../../src/domain/outcome-code';

// 23:30 on 5 March in Jakarta, 01:30 on 6 March in Jayapura
const now = new Date('2026-03-05T16:30:00Z');
const room = { horizonDays: 7, promisedMinor: 0n };
const jakarta = { now, amountDueMinor: 150_000n, zones: ['Asia/Jakarta'], room };

const base: OutcomeInput = {
  code: 'RPC_REFUSE',
  rootCause: 'salary_late',
  note: null,
  callbackAt: null,
  promise: null,
};
const promised = (change: Partial<NonNullable<OutcomeInput['promise']>>): OutcomeInput => ({
  ...base,
  code: 'RPC_PTP',
  promise: { amountMinor: 150_000n, dueDate: '2026-03-07', method: 'qris', ...change },
});
const fields = (input: OutcomeInput, facts: OutcomeCheckFacts = jakarta): string[] =>
  checkOutcomeInput(input, facts).map((problem) => problem.field);

describe('checkOutcomeInput', () => {
  it('asks for the root cause of a right-party contact only', () => {
    const without = AGENT_OUTCOME_CODES.filter((code) =>
      fields({ ...base, code, rootCause: null }).includes('rootCause'),
    );
    expect(without).toEqual([
      'RPC_PTP',
      'RPC_PLAN',
      'RPC_SETTLE',
      'RPC_DEFER',
      'RPC_REFUSE',
      'RPC_DISPUTE',
      'RPC_HARDSHIP',
    ]);
  });

  it('asks for a promise with RPC_PTP and for none with anything else', () => {
    expect(fields({ ...base, code: 'RPC_PTP' })).toEqual(['promise']);
    expect(fields({ ...promised({}), code: 'RPC_DISPUTE' })).toEqual(['promise']);
    expect(fields(promised({}))).toEqual([]);
  });

  it('asks for a callback instant in the future, with RPC_CALLBACK alone', () => {
    const callback = (callbackAt: Date | null): string[] =>
      fields({ ...base, code: 'RPC_CALLBACK', rootCause: null, callbackAt });
    expect(callback(null)).toEqual(['callbackAt']);
    expect(callback(now)).toEqual(['callbackAt']);
    expect(callback(new Date('2026-03-05T16:31:00Z'))).toEqual([]);
    expect(callback(new Date('2026-06-05T16:31:00Z'))).toEqual(['callbackAt']);
    expect(fields({ ...base, callbackAt: new Date('2026-03-06T02:00:00Z') })).toEqual([
      'callbackAt',
    ]);
  });
});
