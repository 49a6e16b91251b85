import fc from 'fast-check';
import { parsePhoneNumber } from '../../../../src/domain/phone-number';

describe('parsePhoneNumber', () => {
  it.each([
    '0812-0000-1234',
    '081200001234',
    '+62 812 0000 1234',
    '6281200001234',
    '006281200001234',
    '81200001234',
    '(0812) 0000.1234',
    '+62 0812 0000 1234',
    '62-0812-0000-1234',
  ])('reads %s as one mobile', (text) => {
    expect(parsePhoneNumber(text, 'ID')).toEqual({
      value: { e164: '+6281200001234', line: 'mobile' },
    });
  });

  it('knows a fixed line, and a country code without plus', () => {
    expect(parsePhoneNumber('021-50001234', 'ID')).toEqual({
      value: { e164: '+622150001234', line: 'fixed' },
    });
    // the library alone takes this for a line in area 0628
    expect(parsePhoneNumber('62811123456', 'ID')).toEqual({
      value: { e164: '+62811123456', line: 'mobile' },
    });
  });

  it.each([
    ['110', /too short|no number/],
    ['14045', /no number|service number/],
    ['1500123', /service number/],
    ['08001234567', /service number/],
    ['08091234567', /no number|service number/],
    ['0812345', /no number/],
    ['0812000012345678', /no number/],
    ['6,28E+12', /spreadsheet/],
    ['6281200001234.0', /not a phone number/],
    ['0812-0000-1234 ext 5', /not a phone number/],
    ['hp istri', /not a phone number/],
    ['+6591234567', /another country/],
    ['+99912345678', /too short|another country|no number/],
    ['+', /not a phone number/],
  ])('refuses %s', (text, reason) => {
    const parsed = parsePhoneNumber(text, 'ID');
    expect('problem' in parsed ? parsed.problem.reason : parsed).toMatch(reason);
  });

  it('never repeats the number, and reads what it has made to the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9+ ().-]{5,18}$/), (text) => {
        const parsed = parsePhoneNumber(text, 'ID');
        if ('value' in parsed) {
          expect(parsePhoneNumber(parsed.value.e164, 'ID')).toEqual(parsed);
          expect(parsed.value.e164).toMatch(/^\+62\d{6,13}$/);
        } else {
          expect(parsed.problem.reason).not.toContain(text);
        }
      }),
    );
  });
});
