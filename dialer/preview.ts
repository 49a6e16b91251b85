import { setImmediate } from 'node:timers/promises';
import { DateTime } from 'luxon';
import type { AccountGroup } from '../src/db/account-groups';
import { findCampaign } from '../src/db/campaigns';
import type { Gate } from './create-gate';
import { withoutEffect } from './dry-run';
import { examine, type Examination } from './examine';
import { decideAt, firstAllowedFrom, type Likeness } from './likeness';

const HOURS = 24;
const NOON = 12;
const DATE = 'yyyy-MM-dd';

/** One hour of the date on the wall clock of one zone. */
export interface PreviewHour {
  /** The candidate zones of the accounts; the hour is of the first. */
  readonly zones: string;
  /** 0 to 23. */
  readonly hour: number;
  /** Accounts that first become dialable in this hour. */
  readonly becomeDialable: number;
  /** Accounts that may be dialed at the beginning of the hour. */
  readonly dialable: number;
  /** Due accounts that may not be dialed at the beginning of the hour, by the first rule. */
  readonly denied: readonly RuleCount[];
}
export interface RuleCount {
  readonly rule: string;
  readonly accounts: number;
}

export interface SchedulePreview {
  readonly campaignId: string;
  /** Local date at the debtor. */
  readonly date: string;
  readonly at: Date;
  /** Open accounts with a number, not blocked, and due by the end of the date. */
  readonly accounts: number;
  /** Of these, accounts whose rules were asked, themselves or by one that is like them. */
  readonly examined: number;
  readonly dialable: number;
  /** Accounts that may not be dialed at any time of the date, by the rule that denies at noon. */
  readonly deniedAllDay: readonly RuleCount[];
  readonly hours: readonly PreviewHour[];
}

/**
 * What the gate would say on a date, hour by hour, were nothing dialed before: facts frozen, rules
 * of now. Null: no such campaign.
 * @param date default: tomorrow, at the first debtor's zone
 */
export function previewSchedule(
  gate: Gate,
  campaignId: string,
  date: string | null,
): Promise<SchedulePreview | null> {
  return withoutEffect(gate, async (db) => {
    if ((await findCampaign(db, campaignId)) === null) return null;
    return { campaignId, ...(await scheduleOf(await examine(gate, db, campaignId), date)) };
  });
}

/** What would be called on a day that is over cannot be said: the facts are those of now. */
export class PastDateError extends Error {
  constructor(
    readonly date: string,
    readonly today: string,
  ) {
    super(`${date} is over: it is ${today} at the debtors`);
    this.name = 'PastDateError';
  }
}

/**
 * The day of what was examined.
 * @param date default: tomorrow, at the first debtor's zone
 * @throws PastDateError
 */
export async function scheduleOf(
  { at, groups, likenesses }: Examination,
  date: string | null,
): Promise<Omit<SchedulePreview, 'campaignId'>> {
  const first = [...likenesses.values()][0]?.facts.call.zones[0] ?? 'UTC';
  const now = DateTime.fromJSDate(at, { zone: first });
  const today = now.toFormat(DATE);
  if (date !== null && date < today) throw new PastDateError(date, today);
  const day = date ?? now.plus({ days: 1 }).toFormat(DATE);
  const days = new Map<string, LikenessDay>();
  for (const [name, likeness] of likenesses) {
    days.set(name, likenessDay(likeness, day));
    // a hundred decisions take some ms: the process has others to serve
    await setImmediate();
  }
  return { date: day, at, ...countPreview(groups, days, at) };
}

/** What the rules say of one likeness on a date. */
export interface LikenessDay {
  readonly likeness: Likeness;
  readonly zones: string;
  readonly begins: Date;
  readonly ends: Date;
  readonly hours: readonly { readonly start: Date; readonly deniedBy: string | null }[];
  readonly deniedAtNoon: string | null;
}

/** Asks at the beginning of each hour of the date, on the wall clock of the first candidate zone. */
function likenessDay(likeness: Likeness, date: string): LikenessDay {
  const zones = [...likeness.facts.call.zones].sort();
  const begins = DateTime.fromISO(date, { zone: zones[0] ?? 'UTC' });
  const deniedAt = (at: Date): string | null => {
    const { verdict, deniedBy } = decideAt(likeness, at);
    return verdict === 'deny' ? (deniedBy ?? 'unknown') : null;
  };
  return {
    likeness,
    zones: zones.join(', '),
    begins: begins.toJSDate(),
    ends: begins.plus({ days: 1 }).toJSDate(),
    hours: Array.from({ length: HOURS }, (_, hour) => {
      const start = begins.set({ hour }).toJSDate();
      return { start, deniedBy: deniedAt(start) };
    }),
    deniedAtNoon: deniedAt(begins.set({ hour: NOON }).toJSDate()),
  };
}

/** The counts of a preview. Pure. @param from nothing is dialed before it */
function countPreview(
  groups: readonly AccountGroup[],
  days: ReadonlyMap<string, LikenessDay>,
  from: Date,
): Omit<SchedulePreview, 'campaignId' | 'date' | 'at'> {
  const hours = new Map<string, HourCounts>();
  const deniedAllDay = new Map<string, number>();
  const totals = { accounts: 0, examined: 0, dialable: 0 };
  for (const group of groups) {
    const due = dueAt(group, from);
    if (due === null) continue;
    const day = group.likeness === null ? undefined : days.get(group.likeness);
    if (day !== undefined && due >= day.ends) continue;
    totals.accounts += group.accounts;
    if (day === undefined) continue;
    totals.examined += group.accounts;
    const asOf = due > day.begins ? due : day.begins;
    const first = firstAllowedFrom(day.likeness, asOf);
    addHours(hours, day, group.accounts, asOf, first);
    if (first !== null && first < day.ends) totals.dialable += group.accounts;
    else addTo(deniedAllDay, day.deniedAtNoon ?? 'due_too_late', group.accounts);
  }
  return { ...totals, deniedAllDay: ranked(deniedAllDay), hours: inOrder(hours) };
}

/** When the accounts of the group are worth a look; null: not before something happens to them. */
function dueAt(group: AccountGroup, from: Date): Date | null {
  const { open, dialable, blockedReason, due, nextDueAt } = group;
  if (!open || !dialable || blockedReason !== null) return null;
  return due ? from : nextDueAt;
}

function addHours(
  hours: Map<string, HourCounts>,
  day: LikenessDay,
  accounts: number,
  asOf: Date,
  first: Date | null,
): void {
  for (const [hour, { start, deniedBy }] of day.hours.entries()) {
    const counts = hourOf(hours, day.zones, hour);
    const end = day.hours[hour + 1]?.start ?? day.ends;
    if (first !== null && first >= start && first < end) counts.becomeDialable += accounts;
    if (start < asOf) continue;
    if (deniedBy === null) counts.dialable += accounts;
    else addTo(counts.denied, deniedBy, accounts);
  }
}

interface HourCounts {
  readonly zones: string;
  readonly hour: number;
  becomeDialable: number;
  dialable: number;
  readonly denied: Map<string, number>;
}

function hourOf(hours: Map<string, HourCounts>, zones: string, hour: number): HourCounts {
  const key = `${zones} ${hour}`;
  let counts = hours.get(key);
  if (counts === undefined) {
    counts = { zones, hour, becomeDialable: 0, dialable: 0, denied: new Map() };
    hours.set(key, counts);
  }
  return counts;
}

function inOrder(hours: ReadonlyMap<string, HourCounts>): PreviewHour[] {
  return [...hours.values()]
    .sort((a, b) => (a.zones === b.zones ? a.hour - b.hour : a.zones < b.zones ? -1 : 1))
    .map((counts) => ({ ...counts, denied: ranked(counts.denied) }));
}

function ranked(counts: ReadonlyMap<string, number>): RuleCount[] {
  return [...counts]
    .map(([rule, accounts]) => ({ rule, accounts }))
    .sort((a, b) => b.accounts - a.accounts);
}

function addTo(counts: Map<string, number>, rule: string, accounts: number): void {
  counts.set(rule, (counts.get(rule) ?? 0) + accounts);
}
