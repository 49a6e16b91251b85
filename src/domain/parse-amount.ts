import { minorDigits } from './money';
import { refused, type Parsed } from './problem';

/** Longest amount, in minor digits: stays below the largest bigint of the database. */
const MAX_DIGITS = 18;

/** `150000050` -> the same number of minor units. */
export function parseMinorUnits(text: string): Parsed<bigint> {
  if (/^\d+$/.test(text) && text.length <= MAX_DIGITS) return { value: BigInt(text) };
  return refused(
    'not a whole number of minor units',
    `digits alone, at most ${MAX_DIGITS}: 150000050 for 1500000.50`,
  );
}

/**
 * `1500000.50` -> 150000050 minor units of a currency with two digits, exactly. A separator of
 * thousands is refused, since `1.500` means 1500 to one reader and 1.5 to another.
 */
export function parseDecimalAmount(text: string, currency: string): Parsed<bigint> {
  const digits = minorDigits(currency);
  const accepted =
    digits === 0
      ? `digits alone: 1500000 (${currency} has no minor unit)`
      : `digits, and at most ${digits} more after one point: 1500000 or 1500000.${'50'.padEnd(digits, '0').slice(0, digits)}`;
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  const whole = match?.[1];
  if (whole === undefined) return refused(amountFault(text), accepted);
  const fraction = match?.[2] ?? '';
  if (fraction.length > digits) {
    return refused(`has ${fraction.length} digits after the point: thousands or cents?`, accepted);
  }
  const minor = whole + fraction.padEnd(digits, '0');
  if (minor.length > MAX_DIGITS) return refused('too large', accepted);
  return { value: BigInt(minor) };
}

function amountFault(text: string): string {
  if (text.startsWith('-')) return 'negative';
  if (/^\d{1,3}([.,]\d{3})+([.,]\d*)?$/.test(text)) return 'has separators of thousands';
  if (/e/i.test(text) && /^[\d.,e+]+$/i.test(text)) return 'in the notation of a spreadsheet';
  return 'not an amount';
}
