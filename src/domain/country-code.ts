import { getCountries, getCountryCallingCode } from 'libphonenumber-js';

const CODES: ReadonlySet<string> = new Set(
  getCountries().map((country) => getCountryCallingCode(country)),
);

/** Is this the code of a country (ITU-T E.164), without +? Networks without one, as satellites, have none. */
export const isCountryCode = (code: string): boolean => CODES.has(code);
