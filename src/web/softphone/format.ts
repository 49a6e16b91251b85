import { minorDigits } from '../../domain/money';
import type { Language } from './words';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

/** `Rp 1.250.000`; cents only where there are any. */
export function moneyText(minor: string, currency: string, language: Language): string {
  const digits = minorDigits(currency);
  const value = Number(minor) / 10 ** digits;
  const fraction = Number.isInteger(value) ? 0 : digits;
  return new Intl.NumberFormat(LOCALES[language], {
    ...{ style: 'currency', currency },
    ...{ minimumFractionDigits: fraction, maximumFractionDigits: fraction },
  }).format(value);
}

/** `22 Nov 2026`, of a calendar date without a zone. */
export function dayText(isoDate: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'medium',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${isoDate}T00:00:00Z`));
}

/** `22 Nov, 14.05`, where the agent sits. */
export function momentText(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  }).format(new Date(instant));
}

/** `4:05`, of a time that has passed. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
