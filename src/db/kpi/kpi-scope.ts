import { DateTime } from 'luxon';
import { firstIdAt } from '../new-id';

/**
 * By what a figure may be cut; `hour`: of the wall clock in the zone that was asked for; `listAge`: for how
 * many days the account has been on our list.
 */
export const KPI_DIMENSIONS = [
  'bucket',
  'agent',
  'hour',
  'creditor',
  'campaign',
  'listAge',
] as const;
export type KpiDimension = (typeof KPI_DIMENSIONS)[number];

/** What is looked at. */
export interface KpiScope {
  /** Null: every creditor that the asker may see. */
  readonly creditorId: string | null;
  /** Null: every campaign, and what came in. */
  readonly campaignId: string | null;
  /** Dates in `zone`, `yyyy-mm-dd`, both inclusive. */
  readonly from: string;
  readonly to: string;
  /** IANA. */
  readonly zone: string;
  readonly now: Date;
}

/** A promise of a plan may be due so long after the talk in which it was made. */
const LONGEST_PROMISE_DAYS = 400;

/**
 * The values of every statement of this folder, by their places:
 * 1 creditor, 2 campaign, 3 and 4 instants (the second not in it), 5 zone, 6 and 7 dates (both in it),
 * 8 and 9 ids of attempts of these days, 10 the first of the month of 6, 11 today in the zone, 12 ids of
 * attempts whose promises may be due in these days.
 * Spans of ids and days are values of their own, so that other months are left out.
 */
export function kpiValues(scope: KpiScope): unknown[] {
  const { creditorId, campaignId, from, to, zone, now } = scope;
  const start = DateTime.fromISO(from, { zone });
  const end = DateTime.fromISO(to, { zone }).plus({ days: 1 });
  return [
    creditorId,
    campaignId,
    start.toJSDate(),
    end.toJSDate(),
    zone,
    from,
    to,
    // an attempt is made a moment before it is dialed
    firstIdAt(start.minus({ days: 1 }).toJSDate()),
    firstIdAt(end.toJSDate()),
    `${from.slice(0, 7)}-01`,
    DateTime.fromJSDate(now, { zone }).toISODate(),
    firstIdAt(start.minus({ days: LONGEST_PROMISE_DAYS }).toJSDate()),
  ];
}

/** The first common table of each statement: it names every value with its type, and is never read. */
export const ASKED = `asked as (select $1::uuid, $2::uuid, $3::timestamptz, $4::timestamptz, $5::text, $6::date,
  $7::date, $8::uuid, $9::uuid, $10::date, $11::date, $12::uuid)`;
