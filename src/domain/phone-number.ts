import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { refused, type Parsed } from './problem';

export const LINES = ['mobile', 'fixed', 'unknown'] as const;
export type Line = (typeof LINES)[number];

export interface PhoneNumber {
  /** E.164, `+6281200001234`. */
  readonly e164: string;
  readonly line: Line;
}

const LINE_OF_TYPE: Readonly<Partial<Record<PhoneNumberType, Line>>> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'fixed',
  FIXED_LINE_OR_MOBILE: 'unknown',
  VOIP: 'unknown',
  PERSONAL_NUMBER: 'unknown',
};

/**
 * A number as people write it (`0812-0000-1234`, `62812…`, `+62 812 …`, `812…` after a spreadsheet
 * has eaten the zero) to E.164. Only numbers of the country that can be called at the price of a
 * call: no premium, shared-cost, toll-free, short or company-wide (UAN) numbers.
 * @param country ISO 3166-1 alpha-2 of the creditor.
 */
export function parsePhoneNumber(text: string, country: string): Parsed<PhoneNumber> {
  if (!isSupportedCountry(country)) throw new RangeError(`no such country: ${country}`);
  const accepted = acceptedNumbers(country);
  if (/^[\d.,]+e\+?\d+$/i.test(text)) return refused('in the notation of a spreadsheet', accepted);
  // "6281200001234.0" is a number that was a float on its way: the last zero is not a digit of it
  if (!/^\+?[\d\s().\-/]+$/.test(text) || /\.\d$/.test(text)) {
    return refused('not a phone number', accepted);
  }
  const parsed = parsePhoneNumberFromString(international(text, country), {
    defaultCountry: country,
    extract: false,
  });
  if (parsed === undefined) return refused('too short for a phone number', accepted);
  if (parsed.countryCallingCode !== getCountryCallingCode(country)) {
    return refused('of another country', accepted);
  }
  // a number with a type is valid: to ask for both would match every pattern of the plan twice
  const type = parsed.getType();
  if (type === undefined && !parsed.isValid()) {
    return refused('no number of the numbering plan', accepted);
  }
  const line = type === undefined ? 'unknown' : LINE_OF_TYPE[type];
  if (line === undefined) {
    return refused('a service number (premium, toll-free or company-wide)', accepted);
  }
  return { value: { e164: parsed.number, line } };
}

/**
 * Writes the country code as `+…` where it is there without one. The library alone would read
 * `62811123456` as a line in area 0628.
 */
function international(text: string, country: CountryCode): string {
  const digits = text.replace(/[^\d+]/g, '');
  const code = getCountryCallingCode(country);
  if (digits.startsWith('+')) return digits;
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  return digits.startsWith(code) ? `+${digits}` : digits;
}

function acceptedNumbers(country: CountryCode): string {
  return country === 'ID'
    ? 'a mobile or fixed line: 0812-0000-1234, +62 812 0000 1234 or 021-50001234'
    : `a mobile or fixed line of ${country}, with +${getCountryCallingCode(country)} or as dialed there`;
}
