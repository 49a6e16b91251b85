import { sayMoney } from '../../domain/said';
import type { Language } from './words';
import { zoneName } from './debtor-time';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

/** Integer minor units, as the API writes them, in the words of every other text: `Rp1.250.000`. */
export function moneyText(minor: string, currency: string, language: Language): string {
  return sayMoney(BigInt(minor), currency)[language];
}

/** `22 Nov 2026`, of a calendar date without a zone. */
export function dayText(isoDate: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    dateStyle: 'medium',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${isoDate}T00:00:00Z`));
}

/** `22 Nov, 14.05 WITA`, on the wall there, wherever the agent sits. @param zone IANA */
export function momentText(instant: string, language: Language, zone: string): string {
  const at = new Date(instant);
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZone: zone,
  });
  return `${format.format(at)} ${zoneName(zone, at)}`;
}

/** `4:05`, of a time that has passed. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
