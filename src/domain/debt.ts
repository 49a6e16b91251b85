import { DateTime } from 'luxon';
import { bucketOf, type Bucket } from './campaign-document/account-filter';

/** What a debt is made of. */
export const COMPONENTS = ['principal', 'interest', 'penalty', 'fee'] as const;
export type Component = (typeof COMPONENTS)[number];

/** Integer minor units of each component. */
export interface Components {
  readonly principalMinor: bigint;
  readonly interestMinor: bigint;
  readonly penaltyMinor: bigint;
  readonly feeMinor: bigint;
}

/** Where {@link Components} keeps a component. */
export const MINOR_OF = {
  principal: 'principalMinor',
  interest: 'interestMinor',
  penalty: 'penaltyMinor',
  fee: 'feeMinor',
} as const satisfies Record<Component, keyof Components>;

export interface Instalment {
  /** Of its row; the account's own id where the creditor has stated no instalments. */
  readonly id: string;
  readonly number: number;
  /** ISO 8601 calendar date. */
  readonly dueDate: string;
  readonly outstanding: Components;
}

/** What is owed on an account at an instant. */
export interface Debt {
  readonly accountId: string;
  readonly creditorId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** In the order of their due dates, those that are paid too. */
  readonly instalments: readonly Instalment[];
  /** Outstanding of what is due today or was before. */
  readonly dueMinor: bigint;
  /** All that is outstanding. */
  readonly totalMinor: bigint;
  /** Of the instalments that anything is outstanding of; null: nothing is owed. */
  readonly oldestDueDate: string | null;
  /** Since then; negative: not due yet, 0: due today or nothing is owed. */
  readonly daysPastDue: number;
  readonly bucket: Bucket;
  /** IANA zone whose calendar counts the days. */
  readonly zone: string;
  readonly asOf: Date;
}

/** The sum of all components, minor units. */
export function totalOf(components: Components): bigint {
  return COMPONENTS.reduce((sum, each) => sum + components[MINOR_OF[each]], 0n);
}

/** In the order in which they fall due; of one day, by their number. */
export function byDueDate(
  a: Pick<Instalment, 'dueDate' | 'number'>,
  b: Pick<Instalment, 'dueDate' | 'number'>,
): number {
  if (a.dueDate === b.dueDate) return a.number - b.number;
  return a.dueDate < b.dueDate ? -1 : 1;
}

/**
 * The zone in which days past due are counted: of several that the person may be in the one where the
 * day begins last, so that nobody is late a day early. For all of Indonesia that is Jakarta's, which
 * the books are kept in.
 * @param zones the candidates; at least one
 */
export function zoneOfDebt(zones: readonly string[], asOf: Date): string {
  const [first, ...others] = zones;
  if (first === undefined) throw new RangeError('a debt without a zone');
  const offset = (zone: string): number => DateTime.fromJSDate(asOf, { zone }).offset;
  return others.reduce((best, zone) => (offset(zone) < offset(best) ? zone : best), first);
}

/** The calendar date in a zone, ISO 8601. */
export function localDate(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toISODate() ?? '';
}

/** Adds up instalments. Pure. @param facts.zones the candidates, see {@link zoneOfDebt} */
export function describeDebt(facts: {
  readonly accountId: string;
  readonly creditorId: string;
  readonly currency: string;
  readonly instalments: readonly Instalment[];
  readonly zones: readonly string[];
  readonly asOf: Date;
}): Debt {
  const { zones, ...given } = facts;
  const zone = zoneOfDebt(zones, facts.asOf);
  const today = localDate(facts.asOf, zone);
  const instalments = [...facts.instalments].sort(byDueDate);
  const owed = instalments.filter(({ outstanding }) => totalOf(outstanding) > 0n);
  const sum = (of: readonly Instalment[]): bigint =>
    of.reduce((total, { outstanding }) => total + totalOf(outstanding), 0n);
  const oldestDueDate = owed[0]?.dueDate ?? null;
  const daysPastDue = oldestDueDate === null ? 0 : daysBetween(oldestDueDate, today);
  return {
    ...given,
    instalments,
    dueMinor: sum(owed.filter(({ dueDate }) => dueDate <= today)),
    totalMinor: sum(owed),
    oldestDueDate,
    daysPastDue,
    bucket: bucketOf(daysPastDue),
    zone,
  };
}

function daysBetween(from: string, to: string): number {
  const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`);
  return Math.round((day(to) - day(from)) / 86_400_000);
}
