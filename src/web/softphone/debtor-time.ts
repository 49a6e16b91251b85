import { DateTime } from 'luxon';

/** Creditors' books are kept in Jakarta's time; so is what concerns no debtor. */
export const BOOKS_ZONE = 'Asia/Jakarta';

/** Whose clock is meant. */
export interface Somebody {
  /** IANA zones that they may be in. */
  readonly zones: readonly string[];
}

/** Never empty. */
export const zonesOf = ({ zones }: Somebody): readonly string[] =>
  zones.length === 0 ? [BOOKS_ZONE] : zones;

/** The IANA zone that times are said and typed in; the agent's own says nothing of the debtor's. */
export const zoneOf = (somebody: Somebody | null): string => somebody?.zones[0] ?? BOOKS_ZONE;

/** `WIB`, `WITA`, `WIT`; elsewhere as it is usual there, `EST`, `GMT+8`. Indonesia's names are said in both languages. */
export function zoneName(zone: string, at: Date): string {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone: zone, timeZoneName: 'short' });
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** `14:05 WITA`. */
export function clockOf(somebody: Somebody, now: Date): string {
  const zone = zoneOf(somebody);
  return `${DateTime.fromJSDate(now, { zone }).toFormat('HH:mm')} ${zoneName(zone, now)}`;
}

/**
 * The instant at which the clock on the wall there shows this.
 * @param wall as a field for a date and time gives it, `2026-11-22T14:05`
 * @returns null: it is no time, or the clock there leaves it out
 */
export function instantOf(wall: string, zone: string): Date | null {
  const there = DateTime.fromISO(wall, { zone });
  return there.isValid && there.toFormat("yyyy-MM-dd'T'HH:mm") === wall.slice(0, 16)
    ? there.toJSDate()
    : null;
}

/** `2026-11-29`, so many days after today there. */
export const isoDay = (now: Date, daysLater: number, zone: string): string =>
  DateTime.fromJSDate(now, { zone }).plus({ days: daysLater }).toFormat('yyyy-MM-dd');
