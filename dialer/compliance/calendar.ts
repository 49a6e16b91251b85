export const DAY_TYPES = ['national', 'cuti_bersama', 'regional', 'company'] as const;
export type DayType = (typeof DAY_TYPES)[number];

export interface CalendarDay {
  readonly type: DayType;
  readonly name?: string;
  readonly decree?: string;
  /** Date at which it was known. */
  readonly announcedAt?: string;
  /** `cancelled` is a day as any other; `estimated` counts. Default `firm`. */
  readonly status?: 'firm' | 'estimated' | 'cancelled';
  /** ISO 3166-2; absent: the whole country. */
  readonly regions?: readonly string[];
}

/** A dated revision of the days on which one does not call; whole, never changed. */
export interface Calendar {
  readonly id: string;
  /** `2026-11` of `ID@2026-11` */
  readonly revision: string;
  /** A date in any other year is not known to be free: rules that read it fail. */
  readonly years: readonly number[];
  /** By local date, `2026-11-23`. */
  readonly entries: Readonly<Record<string, DayType | CalendarDay>>;
}
