import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const E164 = /^\+[1-9][0-9]{6,14}$/;

/**
 * A number as carriers write it in a SIP URI's user part, to E.164: `+62812…`, `0062812…`, `62812…`, or
 * as dialed within the country. Null: no number (`anonymous`, an extension, a service code).
 * @param near E.164 of a number in the country whose national form is meant
 */
export function numberFromNetwork(user: string, near: string): string | null {
  const text = decode(user)
    .replace(/;.*$/, '')
    .replace(/[\s().-]/g, '');
  if (E164.test(text)) return text;
  if (!/^[0-9]{7,17}$/.test(text)) return null;
  if (text.startsWith('00')) return possible(`+${text.slice(2)}`);
  // the country code first: read as national, 62811… would be a line of area 0628
  return text.startsWith('0') ? national(text, near) : possible(`+${text}`);
}

function national(text: string, near: string): string | null {
  const country = parsePhoneNumberFromString(near)?.country;
  if (country === undefined) return null;
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country });
  return parsed?.isPossible() === true ? parsed.number : null;
}

const possible = (e164: string): string | null =>
  E164.test(e164) && parsePhoneNumberFromString(e164)?.isPossible() === true ? e164 : null;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
