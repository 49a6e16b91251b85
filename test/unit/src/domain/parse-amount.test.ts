import fc from 'fast-check';
import { isCurrency, minorDigits } from '../../../../src/domain/money';
import { parseDecimalAmount, parseMinorUnits } from '../../../../src/domain/parse-amount';

describe('minorDigits', () => {
  it('follows ISO 4217, not everyday prices', () => {
    const digits = Object.fromEntries(
      ['IDR', 'USD', 'JPY', 'KWD', 'CLF', 'LAK'].map((code) => [code, minorDigits(code)]),
    );
    expect(digits).toEqual({ IDR: 2, USD: 2, JPY: 0, KWD: 3, CLF: 4, LAK: 2 });
    expect(isCurrency('RPX')).toBe(false);
    expect(() => minorDigits('RPX')).toThrow(RangeError);
  });
});

describe('parseDecimalAmount', () => {
  it('is exact for every amount of every number of digits', () => {
    const money = fc.record({
      minor: fc.bigInt({ min: 0n, max: 10n ** 17n }),
      currency: fc.constantFrom('IDR', 'JPY', 'KWD', 'CLF'),
    });
    fc.assert(
      fc.property(money, ({ minor, currency }) => {
        const digits = minorDigits(currency);
        const text = minor.toString().padStart(digits + 1, '0');
        const cut = text.length - digits;
        const decimal = digits === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
        expect(parseDecimalAmount(decimal, currency)).toEqual({ value: minor });
      }),
    );
  });

  it.each([
    ['1500000', 150_000_000n],
    ['1500000.5', 150_000_050n],
    ['1500000.50', 150_000_050n],
    ['0', 0n],
    ['007.10', 710n],
    ['9999999999999999.99', 999_999_999_999_999_999n],
  ])('reads %s rupiah', (text, value) => {
    expect(parseDecimalAmount(text, 'IDR')).toEqual({ value });
  });

  it.each([
    ['1.500.000', /separators of thousands/],
    ['1,500,000.00', /separators of thousands/],
    ['1.500', /3 digits after the point/],
    ['-5', /negative/],
    ['1.5E+06', /notation of a spreadsheet/],
    ['Rp 1500000', /not an amount/],
    ['.5', /not an amount/],
    ['5.', /not an amount/],
    ['', /not an amount/],
    ['١٢٣', /not an amount/],
    ['99999999999999999', /too large/],
  ])('refuses %s', (text, reason) => {
    const parsed = parseDecimalAmount(text, 'IDR');
    expect(parsed).toEqual({
      problem: {
        reason: expect.stringMatching(reason) as string,
        accepted: 'digits, and at most 2 more after one point: 1500000 or 1500000.50',
      },
    });
  });

  it('takes minor units as whole numbers that fit', () => {
    expect(parseMinorUnits('150000050')).toEqual({ value: 150_000_050n });
    for (const text of ['1.0', '-1', '1e3', '', '1'.repeat(19)]) {
      expect(parseMinorUnits(text)).toHaveProperty('problem');
    }
  });
});
