import { planImport, type OnFile, type PlannedRow } from '../../../../src/domain/import-plan';
import type { ImportRow } from '../../../../src/domain/import-row';
import type { PhoneOwner } from '../../../../src/domain/phone-owner';

const EMPTY: OnFile = {
  accounts: new Map(),
  references: new Map(),
  identities: new Map(),
  phones: new Map(),
};

function row(
  line: number,
  facts: Partial<ImportRow> & { identity?: string; owner?: PhoneOwner } = {},
): PlannedRow {
  const { identity, owner, ...rest } = facts;
  return {
    line,
    newDebtorId: `new-${line}`,
    identityHash: identity ?? null,
    contentHash: `hash-${line}`,
    row: {
      externalAccountId: `A${line}`,
      externalDebtorId: `D${line}`,
      name: 'Budi Santoso',
      nationalId: null,
      province: null,
      timeZone: null,
      product: null,
      currency: 'IDR',
      amountDueMinor: 1n,
      dueDate: '2026-11-05',
      noticeMailedOn: null,
      debt: null,
      phones: [
        { e164: '+6281200001234', line: 'mobile', owner: owner ?? 'debtor', field: 'phone' },
      ],
      ...rest,
    },
  };
}
const onFile = (owner: PhoneOwner, identity: string | null = null): OnFile => ({
  accounts: new Map([['A1', { debtorId: 'd1' }]]),
  references: new Map([['D1', 'd1']]),
  identities: new Map([['d1', identity]]),
  phones: new Map([['d1', new Map([['+6281200001234', { owner }]])]]),
});

describe('planImport', () => {
  it('makes one person of two accounts with one debtor id, or one identity', () => {
    const plan = planImport(
      [
        row(1, { externalDebtorId: 'D' }),
        row(2, { externalDebtorId: 'D', identity: 'h' }),
        row(3, { identity: 'h' }),
      ],
      EMPTY,
    );
    expect(plan.newDebtors).toEqual([
      { id: 'new-1', name: 'Budi Santoso', identityHash: 'h', province: null, timeZone: null },
    ]);
    expect(plan.newReferences).toEqual([
      { externalId: 'D', debtorId: 'new-1' },
      { externalId: 'D3', debtorId: 'new-1' },
    ]);
    expect(plan.newAccounts.map((account) => account.debtorId)).toEqual([
      'new-1',
      'new-1',
      'new-1',
    ]);
    expect(plan.newPhones).toHaveLength(1);
  });

  it('keeps what an earlier row has said of the place', () => {
    const plan = planImport(
      [row(1, { externalDebtorId: 'D', province: 'ID-BA' }), row(2, { externalDebtorId: 'D' })],
      EMPTY,
    );
    expect(plan.newDebtors).toMatchObject([{ province: 'ID-BA' }]);
  });

  it.each([
    ['another identity', row(1, { identity: 'h2' }), onFile('debtor', 'h1'), 'national_id'],
    [
      'a move to another person',
      row(1, { externalDebtorId: 'D2' }),
      onFile('debtor'),
      'external_debtor_id',
    ],
    ["a third party's number as the debtor's", row(1), onFile('emergency'), 'phone'],
  ])('refuses %s and writes nothing of the row', (_what, planned, file, field) => {
    const plan = planImport([planned], file);
    expect(plan.rejections).toMatchObject([{ line: 1, field }]);
    expect([...plan.changedAccounts, ...plan.changedDebtors, ...plan.newPhones]).toEqual([]);
  });

  it('refuses to make one person of two', () => {
    const two: OnFile = {
      ...onFile('debtor'),
      identities: new Map([
        ['d1', null],
        ['d2', 'h'],
      ]),
    };
    expect(planImport([row(1, { identity: 'h' })], two).rejections).toMatchObject([
      { field: 'national_id', reason: 'belongs to another debtor on file' },
    ]);
  });

  it("takes a number from the debtor at once when it is said to be a third party's", () => {
    const plan = planImport(
      [row(1, { owner: 'spouse' }), row(2, { externalDebtorId: 'D1' })],
      onFile('debtor'),
    );
    expect(plan.disownedPhones).toMatchObject([{ debtorId: 'd1', owner: 'spouse' }]);
    expect(plan.rejections).toMatchObject([{ line: 2, field: 'phone' }]);
  });
});
