import { sayDate, sayMoney } from '../../../../src/domain/said';

test.each([
  [125_000_000n, 'IDR', 'Rp1.250.000', 'Rp1,250,000'],
  [99_900n, 'IDR', 'Rp999', 'Rp999'],
  [100_000_050n, 'IDR', 'Rp1.000.000,50', 'Rp1,000,000.50'],
  [5n, 'IDR', 'Rp0,05', 'Rp0.05'],
  [0n, 'IDR', 'Rp0', 'Rp0'],
  [-125_000_000n, 'IDR', '-Rp1.250.000', '-Rp1,250,000'],
  [1_234_567n, 'JPY', 'JPY 1.234.567', 'JPY 1,234,567'],
  [900_719_925_474_099_300n, 'IDR', 'Rp9.007.199.254.740.993', 'Rp9,007,199,254,740,993'],
])('K2: %s minor units of %s are said exactly in both languages', (minor, currency, id, en) => {
  expect(sayMoney(minor, currency)).toEqual({ id, en });
});

test('K2: a date is said in both languages, by its own calendar', () => {
  expect(sayDate('2026-08-05')).toEqual({ id: '5 Agustus 2026', en: '5 August 2026' });
  expect(sayDate('2026-01-31').id).toBe('31 Januari 2026');
});

test.each(['2026-02-30', '5 Nov 2026', '2026-11-05T00:00:00Z'])('K2: %s is no date', (date) => {
  expect(() => sayDate(date)).toThrow(RangeError);
});
