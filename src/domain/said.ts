import { DateTime } from 'luxon';
import { minorDigits } from './money';

/** The languages that agents and debtors are spoken to in; a text that lacks one does not compile. */
export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Said = Readonly<Record<Language, string>>;

/** As prices are written (EYD: no space behind Rp); any other currency by its code. */
const SYMBOLS: Readonly<Record<string, string>> = { IDR: 'Rp' };
const MARKS = {
  id: { thousands: '.', decimal: ',' },
  en: { thousands: ',', decimal: '.' },
} as const satisfies Record<Language, { thousands: string; decimal: string }>;

/**
 * `Rp1.250.000` and `Rp1,250,000`; cents only where there are any. Exact for any size, and the same
 * on every machine: what is agreed is hashed, so no locale data of a runtime is asked.
 * @param minor integer minor units
 * @throws RangeError when there is no such currency
 */
export function sayMoney(minor: bigint, currency: string): Said {
  const unit = 10n ** BigInt(minorDigits(currency));
  const size = minor < 0n ? -minor : minor;
  const cents = size % unit;
  const whole = (size / unit).toString();
  const sign = minor < 0n ? '-' : '';
  const say = ({ thousands, decimal }: (typeof MARKS)[Language]): string => {
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
    const fraction =
      cents === 0n ? '' : decimal + cents.toString().padStart(unit.toString().length - 1, '0');
    return `${sign}${SYMBOLS[currency] ?? `${currency} `}${grouped}${fraction}`;
  };
  return { id: say(MARKS.id), en: say(MARKS.en) };
}

// prettier-ignore
const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  id: ['Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni', 'Juli', 'Agustus', 'September', 'Oktober',
    'November', 'Desember'],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
    'November', 'December'],
};

/**
 * `5 Agustus 2026` and `5 August 2026`, of a calendar date.
 * @param isoDate ISO 8601, `2026-08-05`
 * @throws RangeError when there is no such date
 */
export function sayDate(isoDate: string): Said {
  const date = DateTime.fromFormat(isoDate, 'yyyy-MM-dd', { zone: 'utc' });
  if (!date.isValid) throw new RangeError('not a date of ISO 8601, like 2026-08-05');
  const say = (language: Language): string =>
    `${date.day} ${MONTHS[language][date.month - 1] ?? ''} ${date.year}`;
  return { id: say('id'), en: say('en') };
}
