import type { FieldProblem } from '../../../../src/domain/field-problem';
import { parseStatedDebt, type StatedDebt } from '../../../../src/domain/stated-debt';

const row = { amountDueMinor: 1_000n, dueDate: '2026-10-05' };
const read = (raw: Record<string, unknown>): StatedDebt | FieldProblem[] | null => {
  const problems: FieldProblem[] = [];
  const debt = parseStatedDebt(raw, row, problems);
  return problems.length > 0 ? problems : debt;
};
const amounts = (principal: bigint, interest = 0n, penalty = 0n, fee = 0n) => ({
  ...{ principalMinor: principal, interestMinor: interest, penaltyMinor: penalty, feeMinor: fee },
});

describe('K1: what a row says of its debt', () => {
  it('is nothing, its components, or its instalments', () => {
    expect(read({ amount_due: '10', fee_minor: '', instalments: null })).toBeNull();
    const components = { principal_minor: '900', interest_minor: 80, fee_minor: '20' };
    expect(read(components)).toMatchObject({
      instalments: [{ number: 1, dueDate: '2026-10-05', amounts: amounts(900n, 80n, 0n, 20n) }],
    });
    const two = [
      { number: 1, dueDate: '2026-10-05', amounts: amounts(500n, 60n, 0n, 5n) },
      { number: 2, dueDate: '2026-11-05', amounts: amounts(435n) },
    ];
    expect(read({ instalments: '2026-10-05:500/60/0/5  2026-11-05:435' })).toMatchObject({
      instalments: two,
    });
    const list = [
      { due_date: '2026-10-05', principal_minor: '500', interest_minor: '60', fee_minor: 5 },
      { due_date: '2026-11-05', principal_minor: 435 },
    ];
    expect(read({ instalments: list })).toMatchObject({ instalments: two });
  });

  it('is refused by field where it contradicts itself', () => {
    const fields = (raw: Record<string, unknown>): unknown => {
      const told = read(raw);
      return Array.isArray(told) ? told.map(({ field, reason }) => [field, reason]) : told;
    };
    expect(fields({ principal_minor: '900' })).toEqual([
      ['instalments', 'do not come to amount_due'],
    ]);
    expect(fields({ instalments: '2026-09-05:1000' })).toEqual([
      ['due_date', 'is not that of the first instalment'],
    ]);
    expect(fields({ instalments: '2026-10-05:1000', fee_minor: '0' })).toEqual([
      ['instalments', 'stands beside fee_minor'],
    ]);
    expect(fields({ instalments: '2026-02-30:1000 2026-10-05:1/2/3/4/5 2026-10-05:1.5' })).toEqual([
      ['instalments[0]', 'has no due date'],
      ['instalments[1]', 'has too many components'],
      ['instalments[2]', 'not a whole number of minor units'],
    ]);
    expect(fields({ interest_minor: '-5' })).toEqual([
      ['interest_minor', 'not a whole number of minor units'],
    ]);
    expect(fields({ stated_at: '2026-11-05' })).toEqual([['stated_at', 'is not an instant']]);
  });

  it('K16: may say how it can be paid', () => {
    const raw = {
      ...{ virtual_account: '8808100200300', virtual_account_bank: 'Bank Contoh' },
      payment_link: 'https://bayar.example/a1',
    };
    expect(read(raw)).toMatchObject({
      instructions: [
        { kind: 'virtual_account', label: 'Bank Contoh', value: '8808100200300' },
        { kind: 'link', label: null, value: 'https://bayar.example/a1' },
      ],
    });
    expect(read({ payment_link: 'http://bayar.example' })).toMatchObject([
      { field: 'payment_link' },
    ]);
    expect(read({ virtual_account_bank: 'Bank Contoh' })).toMatchObject([
      { field: 'virtual_account_bank' },
    ]);
  });
});
