import { DateTime } from 'luxon';
import { sayDate, type Said } from './said';

/** When a person gets money, as they or their employer said. */
export interface StatedPayday {
  readonly kind: 'monthly' | 'weekly' | 'irregular';
  /** Of the month, beyond its end the last; or ISO weekday; null: irregular. */
  readonly day: number | null;
}

/** Days after a payday in which money is still expected to be there. */
const FUNDS_LAST_DAYS = { monthly: 7, weekly: 2 } as const;

/**
 * What to tell of a promise whose date is not one on which money is expected; null: it is, or nobody knows.
 * A warning alone: the person may know better. Pure.
 * @param dueDate ISO 8601 date
 */
export function paydayWarning(payday: StatedPayday | null, dueDate: string): Said | null {
  if (payday === null || payday.kind === 'irregular' || payday.day === null) return null;
  const due = DateTime.fromISO(dueDate, { zone: 'utc' });
  const { kind, day } = payday;
  const daysSince = due.diff(latestPayday(kind, day, due), 'days').days;
  if (daysSince <= FUNDS_LAST_DAYS[kind]) return null;
  const next = sayDate(nextPayday(kind, day, due).toFormat('yyyy-MM-dd'));
  return {
    id: `Pada tanggal ini biasanya belum ada uang; gajian berikutnya ${next.id}.`,
    en: `On this date there is usually no money yet; the next payday is ${next.en}.`,
  };
}

function latestPayday(kind: 'monthly' | 'weekly', day: number, due: DateTime): DateTime {
  if (kind === 'weekly') return due.minus({ days: (due.weekday - day + 7) % 7 });
  const ofMonth = paydayOfMonth(due, day);
  return ofMonth <= due ? ofMonth : paydayOfMonth(due.minus({ months: 1 }), day);
}

function nextPayday(kind: 'monthly' | 'weekly', day: number, due: DateTime): DateTime {
  if (kind === 'weekly') return latestPayday(kind, day, due).plus({ weeks: 1 });
  const ofMonth = paydayOfMonth(due, day);
  return ofMonth > due ? ofMonth : paydayOfMonth(due.plus({ months: 1 }), day);
}

function paydayOfMonth(within: DateTime, day: number): DateTime {
  return within.set({ day: Math.min(day, within.daysInMonth ?? day) });
}
