import fc from 'fast-check';
import { DateTime } from 'luxon';
import { dayOfDate, localText, zoneClock } from '../../../../dialer/compliance/zone-clock';

const zones = Intl.supportedValuesOf('timeZone');
const sample = fc.constantFrom(...zones);
const instant = fc.integer({
  min: Date.parse('2015-01-01T00:00:00Z'),
  max: Date.parse('2031-01-01T00:00:00Z'),
});
const HOUR_MS = 3_600_000;

describe('zoneClock', () => {
  it('shows what luxon shows, in every zone, at any instant', () => {
    fc.assert(
      fc.property(sample, instant, (zone, ms) => {
        const local = zoneClock(zone).localAt(ms);
        const expected = DateTime.fromMillis(ms, { zone, locale: 'en' });
        expect(localText(local)).toBe(expected.toFormat('ccc yyyy-MM-dd HH:mm:ss'));
        expect(local.weekday).toBe(expected.weekday);
        expect(zoneClock(zone).dayAt(ms)).toBe(local.day);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['America/New_York', '2026-03-08T07:00:00.000Z', '2026-03-08 03:00'],
    ['America/New_York', '2026-11-01T06:00:00.000Z', '2026-11-01 01:00'],
    // half an hour
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', '2026-10-04 02:30'],
    // midnight does not exist
    ['America/Santiago', '2026-09-06T04:00:00.000Z', '2026-09-06 01:00'],
    // standard time is the summer's
    ['Europe/Dublin', '2026-10-25T01:00:00.000Z', '2026-10-25 01:00'],
    // put back for Ramadan
    ['Africa/Casablanca', '2026-02-15T02:00:00.000Z', '2026-02-15 02:00'],
  ])('jumps in %s at %s, to the millisecond', (zone, iso, after) => {
    const ms = Date.parse(iso);
    const clock = zoneClock(zone);
    const show = (at: number): string =>
      DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm');
    expect(show(ms)).toBe(after);
    expect(localText(clock.localAt(ms))).toContain(`${after}:00`);
    expect(localText(clock.localAt(ms - 1))).toContain(`${show(ms - 1)}:59`);
    // an edge that the jump passes over is the jump
    expect(clock.nextEdge(ms - 60_000, [])).toBe(ms);
  });

  it('finds the first instant of a local day', () => {
    fc.assert(
      fc.property(sample, instant, (zone, ms) => {
        const clock = zoneClock(zone);
        const start = clock.startOfDay(clock.dayAt(ms));
        expect(start).toBeLessThanOrEqual(ms);
        expect(clock.dayAt(start)).toBe(clock.dayAt(ms));
        expect(clock.dayAt(start - 1)).toBeLessThan(clock.dayAt(ms));
      }),
      { numRuns: 100 },
    );
  });

  it('starts the day that Chile skips an hour of at 01:00', () => {
    const start = zoneClock('America/Santiago').startOfDay(dayOfDate('2026-09-06'));
    expect(new Date(start).toISOString()).toBe('2026-09-06T04:00:00.000Z');
  });

  it('goes to the next edge of the wall clock, midnight included', () => {
    const clock = zoneClock('Asia/Jakarta');
    const at = (iso: string): number => Date.parse(iso);
    const edges = [8 * HOUR_MS, 20 * HOUR_MS];
    expect(clock.nextEdge(at('2026-11-23T00:00:00Z'), edges)).toBe(at('2026-11-23T01:00:00Z'));
    expect(clock.nextEdge(at('2026-11-23T01:00:00Z'), edges)).toBe(at('2026-11-23T13:00:00Z'));
    expect(clock.nextEdge(at('2026-11-23T13:00:00Z'), edges)).toBe(at('2026-11-23T17:00:00Z'));
  });

  it('refuses a zone that does not exist', () => {
    expect(() => zoneClock('Asia/Temasek')).toThrow(new RangeError('no time zone Asia/Temasek'));
  });
});
