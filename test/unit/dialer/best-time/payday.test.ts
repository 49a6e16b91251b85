import fc from 'fast-check';
import { FACTORS } from '../../../../dialer/best-time/factors';
import {
  daysSincePayday,
  observedPayday,
  payPhaseBin,
  type Payday,
} from '../../../../dialer/best-time/payday';
import { dayOfDate, DAY_MINUTES } from '../../../../dialer/best-time/wall-minute';

const stated = (cycle: Payday['cycle']): Payday => ({
  cycle,
  source: 'stated',
  confidence: 1,
  seen: 0,
  of: 0,
  fundsLastDays: 3,
});
const phase = (payday: Payday | null, year: number, month: number, day: number): string =>
  FACTORS.pay.bins[payPhaseBin(payday, dayOfDate(year, month, day) * DAY_MINUTES + 600)] ?? '';

describe('the payday that payments show', () => {
  it('is the day that most of them lie near', () => {
    const seen = observedPayday([
      '2026-07-25',
      '2026-08-26',
      '2026-09-25',
      '2026-10-12',
      '2026-10-25',
    ]);
    expect(seen).toMatchObject({
      cycle: { kind: 'monthly', dayOfMonth: 25 },
      source: 'observed',
      seen: 4,
      of: 5,
      fundsLastDays: 3,
    });
  });

  it('wants three that agree, and more than half', () => {
    expect(observedPayday([])).toBeNull();
    expect(observedPayday(['2026-07-25', '2026-08-25'])).toBeNull();
    expect(
      observedPayday(['2026-05-01', '2026-06-07', '2026-07-13', '2026-08-19', '2026-09-25']),
    ).toBeNull();
  });

  it('counts over the end of the month', () => {
    expect(observedPayday(['2026-07-31', '2026-09-01', '2026-09-30'])?.seen).toBe(3);
  });

  it('says how long the money lasts', () => {
    const late = ['2026-07-25', '2026-08-25', '2026-09-25', '2026-07-30', '2026-08-30'];
    const payday = observedPayday([...late, '2026-10-25', '2026-06-25']);
    expect(payday).toMatchObject({ cycle: { dayOfMonth: 25 }, fundsLastDays: 6 });
  });
});

describe('where a day lies in the pay cycle', () => {
  it('is fresh on payday and the two days after, dry in the week before', () => {
    const payday = stated({ kind: 'monthly', dayOfMonth: 25 });
    expect(phase(payday, 2026, 11, 25)).toBe('fresh');
    expect(phase(payday, 2026, 11, 27)).toBe('fresh');
    expect(phase(payday, 2026, 11, 28)).toBe('spending');
    expect(phase(payday, 2026, 12, 10)).toBe('middle');
    expect(phase(payday, 2026, 11, 18)).toBe('dry');
    expect(phase(payday, 2026, 11, 17)).toBe('middle');
    expect(phase(payday, 2027, 1, 1)).toBe('spending');
    expect(phase(null, 2026, 11, 25)).toBe('unknown');
    expect(phase(stated({ kind: 'irregular' }), 2026, 11, 25)).toBe('unknown');
  });

  it('takes the last day of a month that is too short', () => {
    const payday = stated({ kind: 'monthly', dayOfMonth: 31 });
    expect(phase(payday, 2026, 2, 28)).toBe('fresh');
    expect(phase(payday, 2026, 2, 27)).toBe('dry');
    expect(phase(payday, 2026, 3, 2)).toBe('fresh');
  });

  it('knows weekly pay', () => {
    const friday = stated({ kind: 'weekly', weekday: 5 });
    expect(phase(friday, 2026, 11, 27)).toBe('fresh');
    expect(phase(friday, 2026, 11, 26)).toBe('middle');
  });

  it('never lies ahead, and is less than a month back', () => {
    const day = fc.integer({ min: 0, max: 40_000 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 31 }), (on, dayOfMonth) => {
        const since = daysSincePayday({ kind: 'monthly', dayOfMonth }, on) ?? NaN;
        expect(since).toBeGreaterThanOrEqual(0);
        expect(since).toBeLessThanOrEqual(31);
      }),
    );
  });
});
