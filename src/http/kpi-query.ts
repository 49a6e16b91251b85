import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import { findCampaign } from '../db/campaigns';
import type { Queryable } from '../db/database';
import { KPI_NAMES } from '../db/kpi/kpi-definitions';
import { KPI_DIMENSIONS, type KpiScope } from '../db/kpi/kpi-scope';
import { findCreditor } from '../db/read/creditors';
import { found } from './problem';
import { id, isoDate } from './schemas';

const LONGEST_DAYS = 366;

/** Names apart by commas, each once. */
function listOf<Name extends string>(
  names: readonly [Name, ...Name[]] | readonly Name[],
  most: number,
) {
  const all = names.join(', ');
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(
      z
        .array(z.enum(names as readonly [Name, ...Name[]], { error: `of ${all}, apart by commas` }))
        .max(most, `at most ${String(most)} of ${all}`)
        .refine((list) => new Set(list).size === list.length, {
          error: 'each name once',
          params: { reason: 'names one twice' },
        }),
    );
}

export const dimensionsQuery = listOf(KPI_DIMENSIONS, 3);
export const kpisQuery = listOf(KPI_NAMES, KPI_NAMES.length);

/** What every question for figures names. */
export const kpiQuery = z.strictObject({
  from: isoDate.describe('First day, in `zone`'),
  to: isoDate.describe(`Last day, in it; at most ${String(LONGEST_DAYS)} days in all`),
  zone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), {
      error: 'an IANA zone, Asia/Makassar',
      params: { reason: 'is not a zone' },
    })
    .default('Asia/Jakarta')
    .describe('IANA: whose days and hours. Days past due are always by the books, Asia/Jakarta'),
  creditorId: id.optional(),
  campaignId: id.optional(),
  format: z.enum(['json', 'csv']).optional().describe('Left out: by `Accept`'),
});

/** For `superRefine`: the days must be in order and not too many. */
export function checkDays(
  { from, to }: { readonly from: string; readonly to: string },
  context: z.RefinementCtx,
): void {
  const days = DateTime.fromISO(to, { zone: 'utc' }).diff(
    DateTime.fromISO(from, { zone: 'utc' }),
    'days',
  ).days;
  // no number: one of them is no date, which is told of by itself
  if (Number.isNaN(days) || (days >= 0 && days < LONGEST_DAYS)) return;
  const [reason, message] =
    days < 0
      ? ['is before from', `${from} or later`]
      : ['is too late', `at most ${String(LONGEST_DAYS)} days from ${from}`];
  context.addIssue({ code: 'custom', path: ['to'], message, params: { reason } });
}

/** @throws Problem `not_found` when the caller sees no such creditor or campaign */
export async function kpiScopeOf(
  db: Queryable,
  query: z.output<typeof kpiQuery>,
  now: Date,
): Promise<KpiScope> {
  const { from, to, zone, creditorId = null, campaignId = null } = query;
  if (creditorId !== null) found(await findCreditor(db, creditorId), 'creditor');
  if (campaignId !== null) found(await findCampaign(db, campaignId), 'campaign');
  return { creditorId, campaignId, from, to, zone, now };
}
