/** Money: an integer of minor units with its ISO 4217 currency. Never a float. */
export interface Money {
  /** Integer minor units. */
  readonly minor: bigint;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
}

/**
 * Number of minor-unit digits by ISO 4217 (`IDR` 2, `JPY` 0, `KWD` 3), read from the CLDR data of
 * the runtime. @throws RangeError when the code is not three letters.
 */
export function minorDigits(currency: string): number {
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}
