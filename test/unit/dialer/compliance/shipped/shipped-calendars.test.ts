import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CalendarDay } from '../../../../../dialer/compliance/calendar';
import { shippedCalendars } from '../../../../../dialer/compliance/shipped/shipped-calendars';
import { zoneTables } from '../../../../../dialer/compliance/shipped/zone-tables';
import { canonicalJson } from '../../../../../src/domain/canonical-json';
import pinned from './pinned-calendars.json';

const FOLDER = join(__dirname, '../../../../../dialer/compliance/shipped/calendars');
const indonesia = (revision: string) => {
  const found = shippedCalendars.find((one) => one.id === 'ID' && one.revision === revision);
  if (found === undefined) throw new Error(`no revision ${revision}`);
  return found.entries as Record<string, CalendarDay | undefined>;
};
const typesIn = (year: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const [date, day] of Object.entries(indonesia('2026-11'))) {
    if (date.startsWith(year) && day !== undefined) counts[day.type] = (counts[day.type] ?? 0) + 1;
  }
  return counts;
};

describe('shipped calendars', () => {
  it('are the files of the folder, each under its own name', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
    expect(shippedCalendars.map(({ id, revision }) => `${id}@${revision}`)).toEqual(files.sort());
  });

  it('never change: what changes is a new revision', () => {
    const hashes = shippedCalendars.map((calendar) => [
      `${calendar.id}@${calendar.revision}`,
      createHash('sha256').update(canonicalJson(calendar)).digest('hex'),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(pinned);
  });

  it('have real dates in the years that they say they cover', () => {
    for (const { id, years, entries } of shippedCalendars) {
      for (const date of Object.keys(entries)) {
        expect([id, new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)]).toEqual([id, date]);
        expect(years).toContain(Number(date.slice(0, 4)));
      }
    }
  });

  it('Indonesia: counts of the decrees', () => {
    expect(typesIn('2026')).toEqual({ national: 17, cuti_bersama: 8 });
    expect(typesIn('2025').national).toBe(17);
    expect(typesIn('2024').national).toBe(19);
    expect(typesIn('2023').national).toBe(16);
  });

  it('Indonesia: each day has a name, and its decree where one is known', () => {
    const days = indonesia('2026-11');
    for (const [date, day] of Object.entries(days)) {
      expect(day?.name).toMatch(/\S/);
      if (date.startsWith('2026')) {
        expect(day).toMatchObject({
          decree: 'SKB 1497/2025, 2/2025, 5/2025',
          announcedAt: '2025-09-19',
        });
      }
      expect(day?.status).toBe(date.startsWith('2027') ? 'estimated' : undefined);
    }
    expect(days['2024-11-27']).toMatchObject({
      decree: 'Keppres 33/2024',
      announcedAt: '2024-11-21',
    });
    expect(days['2025-08-18']).toMatchObject({
      type: 'cuti_bersama',
      decree: 'SKB 933/2025, 1/2025, 3/2025',
      announcedAt: '2025-08-07',
    });
  });

  it('Indonesia: earlier revisions know what was known then', () => {
    expect(indonesia('2024-10')['2024-11-27']).toBeUndefined();
    expect(indonesia('2025-07')['2025-08-18']).toBeUndefined();
  });
});

describe('zone tables', () => {
  it('place the 38 provinces of Indonesia in three zones and Pontianak', () => {
    const zones = Object.values(zoneTables.provinces).map(([, , zone]) => zone);
    expect(zones).toHaveLength(38);
    expect(new Set(zones)).toEqual(
      new Set(['Asia/Jakarta', 'Asia/Pontianak', 'Asia/Makassar', 'Asia/Jayapura']),
    );
  });

  it('place a mobile of Indonesia in all of its zones', () => {
    expect(zoneTables.countryZones.ID).toEqual(['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']);
  });
});
