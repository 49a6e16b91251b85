import { paydayWarning } from '../../../../src/domain/promise-payday';

const monthly = (day: number) => ({ kind: 'monthly', day }) as const;

describe('K3: a date on which no money is expected', () => {
  const warns = (payday: Parameters<typeof paydayWarning>[0], date: string) =>
    paydayWarning(payday, date) !== null;

  it('is warned of, with the next payday, and one soon after a payday is not', () => {
    expect(paydayWarning(monthly(25), '2026-11-20')).toEqual({
      id: 'Pada tanggal ini biasanya belum ada uang; gajian berikutnya 25 November 2026.',
      en: 'On this date there is usually no money yet; the next payday is 25 November 2026.',
    });
    const dates = ['2026-11-24', '2026-11-25', '2026-12-02', '2026-12-03'];
    expect(dates.map((date) => warns(monthly(25), date))).toEqual([true, false, false, true]);
  });

  it('knows short months, the turn of the year, and weeks', () => {
    expect(warns(monthly(31), '2026-02-28')).toBe(false);
    expect(warns(monthly(31), '2026-03-07')).toBe(false);
    expect(paydayWarning(monthly(31), '2026-02-20')?.en).toContain('28 February 2026');
    expect(warns(monthly(28), '2027-01-03')).toBe(false);
    expect(paydayWarning(monthly(28), '2026-12-20')?.en).toContain('28 December 2026');
    const friday = { kind: 'weekly', day: 5 } as const;
    expect(warns(friday, '2026-11-22')).toBe(false);
    expect(paydayWarning(friday, '2026-11-23')?.en).toContain('27 November 2026');
  });

  it('is nobody’s to say when nothing is known', () => {
    expect(paydayWarning(null, '2026-11-20')).toBeNull();
    expect(paydayWarning({ kind: 'irregular', day: null }, '2026-11-20')).toBeNull();
  });
});
