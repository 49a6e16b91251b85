import { describeDebt, zoneOfDebt, type Instalment } from '../../../../src/domain/debt';
import { INDONESIA_ZONES } from '../../../../src/domain/province-zone';

const instalment = (number: number, dueDate: string, principalMinor: bigint): Instalment => ({
  ...{ id: `i${String(number)}`, number, dueDate },
  outstanding: { principalMinor, interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n },
});
const describedAt = (iso: string, zones: readonly string[], instalments: readonly Instalment[]) =>
  describeDebt({
    ...{ accountId: 'a', creditorId: 'c', currency: 'IDR' },
    ...{ instalments, zones, asOf: new Date(iso) },
  });

describe('K1: the days past due of a debt', () => {
  const one = [instalment(1, '2026-11-10', 100n)];

  it('turn at midnight of the debtor’s own zone', () => {
    // 23:30 in Jakarta is 01:30 of the next day in Jayapura
    const late = '2026-11-10T16:30:00Z';
    expect(describedAt(late, ['Asia/Jakarta'], one)).toMatchObject({
      ...{ daysPastDue: 0, bucket: 'pre-due', dueMinor: 100n },
    });
    expect(describedAt(late, ['Asia/Jayapura'], one)).toMatchObject({
      ...{ daysPastDue: 1, bucket: '1-10', zone: 'Asia/Jayapura' },
    });
  });

  it('turn where the day begins last, when the zone is not known', () => {
    expect(zoneOfDebt(INDONESIA_ZONES, new Date())).toBe('Asia/Jakarta');
    expect(zoneOfDebt([...INDONESIA_ZONES].reverse(), new Date())).toBe('Asia/Jakarta');
  });

  it('are those of the oldest instalment that is not paid', () => {
    const three = [
      instalment(3, '2026-12-10', 300n),
      instalment(1, '2026-10-10', 0n),
      instalment(2, '2026-10-20', 200n),
    ];
    expect(describedAt('2026-11-10T03:00:00Z', ['Asia/Jakarta'], three)).toMatchObject({
      ...{ oldestDueDate: '2026-10-20', daysPastDue: 21, bucket: '11-30' },
      ...{ dueMinor: 200n, totalMinor: 500n },
    });
  });

  it('are none when nothing is owed', () => {
    const paid = [instalment(1, '2026-10-10', 0n)];
    expect(describedAt('2026-11-10T03:00:00Z', ['Asia/Jakarta'], paid)).toMatchObject({
      ...{ oldestDueDate: null, daysPastDue: 0, dueMinor: 0n, totalMinor: 0n },
    });
  });
});
