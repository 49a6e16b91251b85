import type { LocalWindow } from '../../src/domain/call-facts';
import type { Language } from './words';
import { DAY_MS, zoneClock } from './zone-clock';

const LOCALES: Readonly<Record<Language, string>> = { id: 'id-ID', en: 'en-GB' };

/** Names of Indonesian law for the three zones (Keppres 41/1987). */
const INDONESIAN_ZONES: Readonly<Record<string, string>> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Ujung_Pandang': 'WITA',
  'Asia/Jayapura': 'WIT',
};

/** `WIB`, `EST`, `GMT+5:30`: the name of a zone at an instant. */
export function zoneName(zone: string, at: Date): string {
  const known = INDONESIAN_ZONES[zone];
  if (known !== undefined) return known;
  // en-US is the one locale of ICU that abbreviates the American zones
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' });
  return format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** As the field names them, WIB, WITA, WIT: by what the clocks show at an instant, then by name. */
export function westToEast(zones: readonly string[], at: Date): string[] {
  const wallMs = (zone: string): number => {
    const { day, timeOfDayMs } = zoneClock(zone).localAt(at.getTime());
    return day * DAY_MS + timeOfDayMs;
  };
  return [...zones].sort((a, b) => wallMs(a) - wallMs(b) || (a < b ? -1 : 1));
}

/** `Minggu, 29 November 2026 pukul 10.00 WITA`: an instant as the wall clock there shows it. */
export function wallClock(at: Date, zone: string, language: Language): string {
  const date = format(language, { timeZone: zone, ...WEEKDAY_AND_DATE }).format(at);
  return `${date}${AT[language]}${timeOfDay(at, zone, language)} ${zoneName(zone, at)}`;
}

/** `Minggu 10.00 WITA`, for what is near. */
export function weekdayAndTime(at: Date, zone: string, language: Language): string {
  const weekday = format(language, { timeZone: zone, weekday: 'long' }).format(at);
  return `${weekday} ${timeOfDay(at, zone, language)} ${zoneName(zone, at)}`;
}

/** `10.00`, `10:00`; with seconds where the instant has them. */
function timeOfDay(at: Date, zone: string, language: Language): string {
  const seconds = at.getTime() % 60_000 === 0 ? {} : { second: '2-digit' as const };
  return format(language, { timeZone: zone, ...HOUR_AND_MINUTE, ...seconds }).format(at);
}

const AT: Readonly<Record<Language, string>> = { id: ' pukul ', en: ', ' };
const WEEKDAY_AND_DATE = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
} as const satisfies Intl.DateTimeFormatOptions;
const HOUR_AND_MINUTE = {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const satisfies Intl.DateTimeFormatOptions;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes far longer than using it. */
function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, made);
  return made;
}

/** A local date, `2026-11-29`: `Minggu, 29 November 2026`. What is no date is given back. */
export function dateInWords(date: string, language: Language): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return format(language, { timeZone: 'UTC', ...WEEKDAY_AND_DATE }).format(at);
}

/**
 * The dates of a quiet time, `8 Februari s.d. 9 Maret`; none of one without an end in sight, which
 * has its far dates for the format's sake only.
 */
export function datesInWords(from: string, to: string, language: Language): [] | [string] {
  if (to === '' || to >= '2090') return [];
  const between = language === 'id' ? 's.d.' : 'to';
  return [`${dateInWords(from, language)} ${between} ${dateInWords(to, language)}`];
}

/** The engine's `Sun 2026-11-29 10:00:00` in words, without a zone. */
export function localTimeInWords(local: string, language: Language): string {
  const found = /(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?::(\d\d))?/.exec(local);
  if (found === null) return local;
  const [, date = '', clock = '', seconds = '00'] = found;
  const shown = seconds === '00' ? clock : `${clock}:${seconds}`;
  return `${dateInWords(date, language)}${AT[language]}${clockInWords(shown, language)}`;
}

/** `08:00` as it is written in the language: Indonesian has a point. */
export function clockInWords(clock: string, language: Language): string {
  return language === 'id' ? clock.replaceAll(':', '.') : clock;
}

export function weekdayInWords(day: number, language: Language): string {
  // 1 January 2024 was a Monday
  const at = new Date(Date.UTC(2024, 0, day));
  return format(language, { timeZone: 'UTC', weekday: 'long' }).format(at);
}

const EVERY_DAY: Readonly<Record<Language, string>> = { id: 'setiap hari', en: 'every day' };

/** ISO weekdays: `Senin–Sabtu`, `Senin, Rabu`, `setiap hari`. */
export function daysInWords(days: readonly number[], language: Language): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 7) return EVERY_DAY[language];
  const runs: number[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const word = (day: number | undefined): string => weekdayInWords(day ?? 1, language);
  return runs
    .flatMap((run) => (run.length > 2 ? [`${word(run[0])}–${word(run.at(-1))}`] : run.map(word)))
    .join(', ');
}

/** `Senin–Sabtu 08.00–20.00`. */
export function windowInWords(window: LocalWindow, language: Language): string {
  const hours = `${clockInWords(window.from, language)}–${clockInWords(window.to, language)}`;
  return `${daysInWords(window.days, language)} ${hours}`;
}

/** A window as a failed rule tells it: `1,2,3,4,5,6 08:00-20:00`. What is not one is given back. */
export function windowTextInWords(text: string, language: Language): string {
  const found = /^([1-7](?:,[1-7])*) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(text);
  if (found === null) return text;
  const [, days = '', from = '', to = ''] = found;
  return windowInWords({ days: days.split(',').map(Number), from, to }, language);
}

/** `7 local days`, `24 hours`, as a failed rule tells its period. */
export function periodInWords(period: string, language: Language): string {
  const found = /^(\d+) (local days?|hours?)$/.exec(period);
  if (found === null) return period;
  const [, count = '', unit = ''] = found;
  return daysOrHoursInWords(Number(count), unit.startsWith('local') ? 'days' : 'hours', language);
}

/** `7 hari kalender`, `24 hours`. */
export function daysOrHoursInWords(
  count: number,
  unit: 'days' | 'hours',
  language: Language,
): string {
  if (language === 'id') return `${count} ${unit === 'days' ? 'hari kalender' : 'jam'}`;
  const plural = count === 1 ? '' : 's';
  return unit === 'days' ? `${count} calendar day${plural}` : `${count} hour${plural}`;
}

/** `a, b dan c`. */
export function listInWords(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(LOCALES[language], { type: 'conjunction' }).format(items);
}

/** `a, b, atau c`. */
export function anyInWords(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(LOCALES[language], { type: 'disjunction' }).format(items);
}

export function numberInWords(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language]).format(value);
}
