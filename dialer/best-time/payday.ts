import {
  DAY_MINUTES,
  dateOfDay,
  dayOf,
  dayOfDate,
  weekdayOf,
  type WallMinute,
} from './wall-minute';

/** When the person gets money. A day beyond a month's end means its last day. */
export type PayCycle =
  | { readonly kind: 'monthly'; readonly dayOfMonth: number }
  /** ISO weekday, 1 is Monday. */
  | { readonly kind: 'weekly'; readonly weekday: number }
  | { readonly kind: 'irregular' };

export interface Payday {
  readonly cycle: PayCycle;
  readonly source: 'stated' | 'observed' | 'employer';
  /** 0 to 1. */
  readonly confidence: number;
  /** Payments that agree, of how many; of an observed one. */
  readonly seen: number;
  readonly of: number;
  /** How many days from payday on there is money. */
  readonly fundsLastDays: number;
}

/** Funds are there on payday and the two days after, unless the payments say otherwise. */
export const FUNDS_LAST_DAYS = 3;
const MOST_FUNDS_DAYS = 10;
const LEAST_PAYMENTS = 3;
const NEAR_DAYS = 2;
/** More than this share of the payments has to agree, or the person has no payday that shows. */
const LEAST_SHARE = 0.5;
const MONTH_DAYS = 31;

/**
 * The day of the month on which the person gets paid, as their payments show it: the day with most
 * of them within two days of it. Null: fewer than three, or they agree on none.
 * @param payments local dates, `2026-11-25`
 */
export function observedPayday(payments: readonly string[]): Payday | null {
  const days = payments.map((date) => Number(date.slice(8, 10)));
  let best = { day: 0, seen: 0, exact: 0 };
  for (let day = 1; day <= MONTH_DAYS; day++) {
    const seen = days.filter((one) => apart(one, day) <= NEAR_DAYS).length;
    const exact = days.filter((one) => one === day).length;
    const better = seen > best.seen || (seen === best.seen && exact > best.exact);
    if (better) best = { day, seen, exact };
  }
  const { day, seen } = best;
  if (seen < LEAST_PAYMENTS || seen <= days.length * LEAST_SHARE) return null;
  const cycle: PayCycle = { kind: 'monthly', dayOfMonth: day };
  return {
    cycle,
    source: 'observed',
    confidence: seen / (days.length + 1),
    seen,
    of: days.length,
    fundsLastDays: fundsLast(payments, cycle),
  };
}

function apart(one: number, other: number): number {
  const days = Math.abs(one - other);
  return Math.min(days, MONTH_DAYS - days);
}

/**
 * How long from payday on payments came: four of five of those within ten days; at least the
 * day itself and the two after.
 */
export function fundsLast(payments: readonly string[], cycle: PayCycle): number {
  const lags = payments
    .map((date) => daysSincePayday(cycle, Date.parse(`${date}T00:00:00Z`) / 86_400_000))
    .filter((lag): lag is number => lag !== null && lag < MOST_FUNDS_DAYS)
    .sort((a, b) => a - b);
  const lag = lags[Math.max(0, Math.ceil(lags.length * 0.8) - 1)];
  return Math.max(FUNDS_LAST_DAYS, (lag ?? 0) + 1);
}

/** Days since the last payday, 0 on it; null: there is none to count from. */
export function daysSincePayday(cycle: PayCycle, day: number): number | null {
  if (cycle.kind === 'irregular') return null;
  if (cycle.kind === 'weekly') return (weekdayOf(day * DAY_MINUTES) - cycle.weekday + 7) % 7;
  const { year, month } = dateOfDay(day);
  const inMonth = dayOfDate(year, month, cycle.dayOfMonth);
  return day >= inMonth ? day - inMonth : day - before(year, month, cycle.dayOfMonth);
}

function daysToPayday(cycle: PayCycle, day: number): number | null {
  if (cycle.kind === 'irregular') return null;
  if (cycle.kind === 'weekly') return (cycle.weekday - weekdayOf(day * DAY_MINUTES) + 7) % 7;
  const { year, month } = dateOfDay(day);
  const inMonth = dayOfDate(year, month, cycle.dayOfMonth);
  if (day <= inMonth) return inMonth - day;
  return (
    (month === 12
      ? dayOfDate(year + 1, 1, cycle.dayOfMonth)
      : dayOfDate(year, month + 1, cycle.dayOfMonth)) - day
  );
}

const before = (year: number, month: number, day: number): number =>
  month === 1 ? dayOfDate(year - 1, 12, day) : dayOfDate(year, month - 1, day);

const SPENDING_DAYS = 10;
const DRY_DAYS = 7;

/** Bin of the factor `pay`: unknown, fresh, spending, middle, dry. */
export function payPhaseBin(payday: Payday | null, at: WallMinute): number {
  const day = dayOf(at);
  const since = payday === null ? null : daysSincePayday(payday.cycle, day);
  const to = payday === null ? null : daysToPayday(payday.cycle, day);
  if (payday === null || since === null || to === null) return 0;
  if (since < payday.fundsLastDays) return 1;
  // who is paid by the week has no week before
  if (payday.cycle.kind === 'weekly') return 3;
  if (to > 0 && to <= DRY_DAYS) return 4;
  return since < SPENDING_DAYS ? 2 : 3;
}
