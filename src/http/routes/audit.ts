import { z } from 'zod';
import { listAudit, type AuditRow } from '../../db/read/audit';
import { chainOf } from '../../proof/ledger-entry';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { givenInstant, id, instant } from '../schemas';

const entry = z.object({
  id,
  at: instant,
  creditorId: id.nullable(),
  actor: z.string().describe('`key:<id>`, `agent:<id>`, or the part of the program that did it'),
  action: z.string(),
  subject: z.string(),
  subjectId: z.string(),
  before: z.unknown().describe('null: it was not there'),
  after: z.unknown().describe('null: it is no more'),
  reason: z.string().nullable(),
  record: z.string().describe('Canonical JSON: the text that is hashed and chained'),
  recordSha256: z.string(),
  chain: z.string(),
  seq: z.number().int().nullable().describe('Place in the chain; null: not chained yet'),
});

/** Who changed what, from what, to what, and why. */
export function auditRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/audit',
    {
      schema: {
        tags: ['ledger'],
        summary: 'Who changed what, newest first',
        querystring: pageQuery.extend({
          subject: z.string().max(60).optional().describe('Kind of thing: campaign, trunk, hold …'),
          subjectId: z.string().max(100).optional(),
          actor: z.string().max(100).optional(),
          creditorId: id.optional(),
          from: givenInstant.optional(),
          until: givenInstant.optional().describe('Exclusive'),
        }),
        response: { 200: pageOf(entry) },
      },
    },
    async (request) => {
      const { subject = null, subjectId = null, actor = null, creditorId = null } = request.query;
      const instantOf = (text?: string): Date | null =>
        text === undefined ? null : new Date(text);
      const filter = {
        ...{ subject, subjectId, actor, creditorId },
        from: instantOf(request.query.from),
        until: instantOf(request.query.until),
      };
      return pageAnswer(await listAudit(context.db, filter, pageRequest(request.query)), entryView);
    },
  );
}

function entryView(row: AuditRow): z.output<typeof entry> {
  const { before, after, why } = JSON.parse(row.record) as {
    before: unknown;
    after: unknown;
    why: string | null;
  };
  return {
    ...row,
    ...{ before, after, reason: why, chain: chainOf(row.creditorId) },
    recordSha256: row.recordSha256.toString('hex'),
  };
}
