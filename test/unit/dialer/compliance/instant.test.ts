import fc from 'fast-check';
import { instantMs } from '../../../../dialer/compliance/instant';

describe('instantMs', () => {
  it('reads what Date.parse reads, to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => instantMs(date.toISOString()) === date.getTime(),
      ),
    );
  });

  it.each([
    ['2026-11-22T04:00:00Z', Date.UTC(2026, 10, 22, 4)],
    ['2026-11-22T04:00:00.5Z', Date.UTC(2026, 10, 22, 4, 0, 0, 500)],
    ['2026-11-22T11:00:00.000+07:00', Date.UTC(2026, 10, 22, 4)],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
    ['2026-11-22T24:00:00.000Z', Date.UTC(2026, 10, 23)],
  ])('reads %s', (text, ms) => {
    expect(instantMs(text)).toBe(ms);
  });

  it.each([
    ['2026-11-22T04:00:00.000'],
    ['2026-13-01T00:00:00.000Z'],
    ['2026-11-22T25:00:00.000Z'],
    ['2026-11-22T04:60:00.000Z'],
    ['2026-11-22'],
    ['tomorrow'],
    [''],
  ])('refuses %p', (text) => {
    expect(() => instantMs(text)).toThrow(RangeError);
  });
});
