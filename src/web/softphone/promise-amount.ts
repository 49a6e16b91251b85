import { minorDigits } from '../../domain/money';

const ZEROS: Readonly<Record<string, number>> = { rb: 3, ribu: 3, jt: 6, juta: 6 };

/** An amount without what may stand around it; `3,5 juta` and `500 rb` in digits. */
function compactOf(text: string): string {
  const compact = text.replace(/^\s*(?:Rp|[A-Z]{3})\.?\s*/i, '').replace(/\s/g, '');
  const spoken = /^(\d{1,4})(?:[.,](\d{1,2}))?(rb|ribu|jt|juta)$/i.exec(compact);
  if (spoken === null) return compact;
  const [, whole = '', fraction = '', unit = ''] = spoken;
  return whole + fraction.padEnd(ZEROS[unit.toLowerCase()] ?? 0, '0');
}

/**
 * Reads an amount as people in Indonesia and elsewhere type it: `150.000`, `150000`, `150 ribu`,
 * `150.000,50`, `1,500.25`. The last separator is the decimal one when one or two digits follow it.
 * @returns integer minor units; null when it is no positive amount
 */
export function parseAmount(text: string, currency: string): bigint | null {
  const digits = minorDigits(currency);
  const compact = compactOf(text);
  const parts = /^([\d.,]*\d)[.,](\d{1,2})$/.exec(compact);
  const isDecimal = parts !== null && (parts[2] ?? '').length <= digits;
  const whole = isDecimal ? (parts[1] ?? '') : compact;
  const fraction = isDecimal ? (parts[2] ?? '') : '';
  if (!/^\d{1,3}(?:[.,]\d{3})*$|^\d+$/.test(whole)) return null;
  const minor = BigInt(whole.replace(/[.,]/g, '') + fraction.padEnd(digits, '0'));
  return minor > 0n ? minor : null;
}

/**
 * Reads a month's amount in whole units, as it is told: `3.500.000`, `3500000`, `3,5 juta`, also `0`.
 * @returns integer minor units; null when it is no whole amount
 */
export function parseWhole(text: string, currency: string): bigint | null {
  const compact = compactOf(text);
  if (!/^\d{1,3}(?:[.,]\d{3})+$|^\d{1,15}$/.test(compact)) return null;
  return BigInt(compact.replace(/[.,]/g, '')) * 10n ** BigInt(minorDigits(currency));
}

/** `150000` or `150000,50`, for a field that {@link parseAmount} reads. */
export function amountText(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  const text = minor.toString().padStart(digits + 1, '0');
  const whole = digits === 0 ? text : text.slice(0, -digits);
  const fraction = digits === 0 ? '' : text.slice(-digits);
  return /^0*$/.test(fraction) ? whole : `${whole},${fraction}`;
}
