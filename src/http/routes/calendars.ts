import { z } from 'zod';
import { calendarsInUse } from '../../../dialer/compliance/calendar-alarm';
import { findCalendarRevision, listCalendarRevisions } from '../../db/calendars';
import type { Queryable } from '../../db/database';
import { listRulePackVersions } from '../../db/rule-packs';
import { readRulesInUse } from '../../db/rules-in-use';
import type { Api, HttpContext } from '../api';
import {
  calendarParams,
  calendarSummary,
  revisionParams,
  summariseCalendars,
  wholeRevision,
  wholeView,
} from '../calendar-view';
import { found } from '../problem';
import { packOf } from '../rule-pack-view';

const tags = ['calendars'];

/** Which days are no days for calls, and how long that is known. */
export function calendarRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/calendars',
    {
      schema: {
        tags,
        summary: 'Every calendar, the years that it covers, and its revisions',
        response: { 200: z.object({ items: z.array(calendarSummary) }) },
      },
    },
    async () => ({ items: await summaries(db, null) }),
  );

  api.get(
    '/v1/calendars/:id',
    {
      schema: {
        tags,
        summary: 'One calendar',
        params: calendarParams,
        response: { 200: calendarSummary },
      },
    },
    async ({ params }) => found((await summaries(db, params.id))[0] ?? null, 'calendar'),
  );

  api.get(
    '/v1/calendars/:id/revisions/:revision',
    {
      schema: {
        tags,
        summary: 'One revision, with its days',
        params: revisionParams,
        response: { 200: wholeRevision },
      },
    },
    async ({ params }) =>
      wholeView(found(await findCalendarRevision(db, params.id, params.revision), 'revision')),
  );
}

async function summaries(
  db: Queryable,
  id: string | null,
): Promise<z.input<typeof calendarSummary>[]> {
  const versions = await listRulePackVersions(db, null);
  const packs = versions.filter((one) => one.binding).map(packOf);
  const inUse = calendarsInUse(packs, await readRulesInUse(db));
  return summariseCalendars(
    await listCalendarRevisions(db, id),
    inUse,
    new Date().getUTCFullYear(),
  );
}
