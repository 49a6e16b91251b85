/** Money: an integer of minor units with its ISO 4217 currency. Never a float. */
export interface Money {
  /** Integer minor units. */
  readonly minor: bigint;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
}

/**
 * The currencies of ISO 4217, list one, that have no cents. Not read from `Intl`: its digits are
 * those of everyday prices (CLDR), where the rupiah has none.
 */
const MINOR_DIGITS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const DIGITS_BY_CURRENCY = new Map(
  Object.entries(MINOR_DIGITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
);
const CURRENCIES = new Set([...Intl.supportedValuesOf('currency'), ...DIGITS_BY_CURRENCY.keys()]);

/** Is it an ISO 4217 alphabetic code, in capitals? */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/**
 * Number of minor-unit digits by ISO 4217 (`IDR` 2, `JPY` 0, `KWD` 3).
 * @throws RangeError when there is no such currency.
 */
export function minorDigits(currency: string): number {
  if (!isCurrency(currency)) throw new RangeError(`no such currency: ${currency.slice(0, 3)}`);
  return DIGITS_BY_CURRENCY.get(currency) ?? 2;
}
