import type { Calendar } from '../../../../dialer/compliance/calendar';
import { calendarGaps, calendarsInUse } from '../../../../dialer/compliance/calendar-alarm';
import { lostDays, reviseCalendar } from '../../../../dialer/compliance/revise-calendar';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';

const calendar: Calendar = {
  id: 'ID',
  revision: '1',
  years: [2025, 2026],
  entries: {
    '2026-12-24': 'cuti_bersama',
    '2026-12-25': { type: 'national', name: 'Natal', decree: 'SKB' },
    '2025-01-01': 'national',
  },
};

describe('calendarGaps', () => {
  const at = (today: string, calendars = [calendar]) => calendarGaps(calendars, ['ID'], today);

  it('asks for the next year from 1 November on', () => {
    expect(at('2026-10-31')).toEqual([]);
    expect(at('2026-11-01')).toEqual([{ calendarId: 'ID', year: 2027, reason: 'missing' }]);
    expect(at('2026-12-31')).toHaveLength(1);
  });

  it('asks for the present year at any time', () => {
    expect(at('2027-02-01')).toEqual([{ calendarId: 'ID', year: 2027, reason: 'missing' }]);
    expect(at('2026-03-01', [])).toEqual([{ calendarId: 'ID', year: 2026, reason: 'missing' }]);
  });

  it('tells of a year whose days are guesses', () => {
    const entries = { '2027-03-10': { type: 'national', status: 'estimated' } } as const;
    const guessed = { ...calendar, years: [2026, 2027], entries };
    expect(at('2026-11-01', [guessed])).toEqual([
      { calendarId: 'ID', year: 2027, reason: 'estimated' },
    ]);
  });

  it('asks only for calendars that a call may read', () => {
    expect(calendarGaps([calendar], [], '2026-11-01')).toEqual([]);
    expect(calendarsInUse(shippedPacks, { countries: ['ID'], packIds: [] })).toEqual(['ID']);
    expect(calendarsInUse(shippedPacks, { countries: ['GB'], packIds: [] })).toEqual([]);
    expect(calendarsInUse(shippedPacks, { countries: ['GB'], packIds: ['UK.POLICY'] })).toEqual([
      'GB-EAW',
    ]);
  });
});

describe('reviseCalendar', () => {
  const fields = (change: Parameters<typeof reviseCalendar>[1]) =>
    reviseCalendar(calendar, change).problems.map(({ field }) => field);

  it('adds days, cancels days by name, and covers years', () => {
    const { days, problems } = reviseCalendar(calendar, {
      add: { '2026-12-09': { type: 'national', decree: 'Keppres 1/2026' } },
      cancel: ['2026-12-24'],
      coverYears: [2027],
    });
    expect(problems).toEqual([]);
    expect(days).toEqual({
      years: [2025, 2026, 2027],
      entries: {
        ...calendar.entries,
        '2026-12-09': { type: 'national', decree: 'Keppres 1/2026' },
        '2026-12-24': { type: 'cuti_bersama', status: 'cancelled' },
      },
    });
    // a day that was cancelled is not lost, it is said
    expect(lostDays(calendar, days, '2026-01-01')).toEqual([]);
  });

  it('refuses what cannot be meant', () => {
    expect(fields({})).toEqual(['add']);
    expect(fields({ add: { '2028-01-01': { type: 'national' } } })).toEqual(['add.2028-01-01']);
    expect(fields({ cancel: ['2026-12-26'] })).toEqual(['cancel']);
    const both = { cancel: ['2026-12-25'], add: { '2026-12-25': { type: 'national' } } } as const;
    expect(fields(both)).toEqual(['cancel']);
  });
});

describe('lostDays', () => {
  it('names days to come that a revision drops without a word', () => {
    const without = { years: [2025, 2026], entries: {} };
    expect(lostDays(calendar, without, '2026-12-25')).toEqual(['2026-12-25']);
    expect(lostDays(calendar, without, '2025-06-01')).toEqual(['2026-12-24', '2026-12-25']);
    const guess = {
      ...calendar,
      entries: { '2027-03-10': { type: 'national', status: 'estimated' } },
    };
    expect(lostDays(guess as Calendar, without, '2026-01-01')).toEqual([]);
  });
});
