import { z } from 'zod';
import {
  applyDocument,
  checkDocument,
  diffDocument,
  DocumentRefused,
} from '../../../dialer/campaign-documents';
import { readCampaignDocument } from '../../../dialer/write-campaign';
import { findCampaignVersion, listCampaignVersions } from '../../db/campaign-versions';
import { findCampaign } from '../../db/campaigns';
import { listFirings } from '../../db/rule-firings';
import { documentJsonSchema } from '../../domain/campaign-document/json-schema';
import {
  inOrder,
  renderCampaignDocument,
} from '../../domain/campaign-document/render-campaign-document';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { askedDocument, sourceOf } from '../document-source';
import {
  decodeCursor,
  encodeCursor,
  invalidCursor,
  pageAnswer,
  pageOf,
  pageQuery,
  pageRequest,
} from '../paging';
import { found } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';
import { campaign, campaignView } from './campaigns';

const tags = ['campaign documents'];

const count = z.number().int();
const plainDocument = z.looseObject({}).describe('The document, by names');
const change = z.object({
  field: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
const problem = z.object({
  field: z.string(),
  reason: z.string(),
  accepted: z.string(),
  line: count.nullable(),
  column: count.nullable(),
});
const version = z.object({
  campaignId: id,
  version: count,
  document: plainDocument,
  sha256: z.string().describe('Of its canonical JSON (RFC 8785), hex'),
  author: z.string(),
  reason: z.string(),
  at: instant,
});

const firing = z.object({
  id,
  campaignId: id,
  campaignVersion: count.describe('Whose document the rule stood in'),
  rule: z.string(),
  at: instant,
  figure: z.number().describe('Of its metric'),
  action: z.looseObject({ do: z.string() }),
  dryRun: z.boolean(),
  outcome: z.string(),
});

/** Campaigns as documents: checked, compared, applied, kept as versions, given back. */
export function campaignDocumentRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/campaign-document-schema',
    { schema: { tags, summary: 'JSON Schema of documents', response: { 200: z.looseObject({}) } } },
    () => ({ ...documentJsonSchema() }),
  );
  askingRoutes(api, context);
  applyRoute(api, context);
  versionRoutes(api, context);
  firingsRoute(api, context);
}

/** They change nothing. */
function askingRoutes(api: Api, { db }: HttpContext): void {
  api.post(
    '/v1/campaign-documents/validate',
    {
      schema: {
        tags,
        summary: 'Is it accepted? Every problem with line, field and what would be accepted',
        body: askedDocument,
        response: { 200: z.object({ accepted: z.boolean(), problems: z.array(problem) }) },
      },
    },
    async (request) => {
      try {
        await checkDocument(db, sourceOf(request.body.document));
        return { accepted: true, problems: [] };
      } catch (error) {
        if (!(error instanceof DocumentRefused)) throw error;
        return { accepted: false, problems: [...error.problems] };
      }
    },
  );

  api.post(
    '/v1/campaign-documents/diff',
    {
      schema: {
        tags,
        summary: 'What applying it would change',
        body: askedDocument,
        response: {
          200: z.object({
            campaignId: id.nullable().describe('Null: it would be a new campaign'),
            version: count.nullable(),
            changes: z.array(change),
          }),
        },
      },
    },
    async (request) => {
      const diff = await diffDocument(db, sourceOf(request.body.document));
      return { ...diff, changes: [...diff.changes] };
    },
  );
}

function applyRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/campaign-documents',
    {
      schema: {
        tags,
        summary: 'Apply: a draft when its name is new, else version n + 1, also while it runs',
        headers: idempotencyHeaders,
        body: askedDocument.extend({
          reason: reasonText,
          ifVersion: count
            .min(0)
            .optional()
            .describe('Refused when the campaign stands at another one; 0: it must be new'),
        }),
        response: {
          200: z.object({
            outcome: z.enum(['created', 'changed', 'unchanged']),
            changes: z.array(change),
            campaign,
          }),
        },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { document: given, reason, ifVersion = null } = request.body;
        const applied = await applyDocument(tx, {
          source: sourceOf(given),
          actor: actorOf(request),
          reason,
          ifVersion,
        });
        return { status: 200, body: { ...applied, campaign: campaignView(applied.campaign) } };
      }),
  );
}

function versionRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/campaigns/:id/document',
    {
      schema: {
        tags,
        summary: 'Export: the document of the newest version; applied again, it changes nothing',
        params: idParams,
        response: { 200: z.object({ version: count, document: plainDocument, yaml: z.string() }) },
      },
    },
    async (request) => {
      const row = found(await findCampaign(db, request.params.id), 'campaign');
      const exported = await readCampaignDocument(db, row);
      const yaml = renderCampaignDocument(exported);
      return { version: row.version, document: { ...inOrder(exported) }, yaml };
    },
  );

  api.get(
    '/v1/campaigns/:id/versions',
    {
      schema: {
        tags,
        summary: 'Versions with author and reason, newest first',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(version) },
      },
    },
    async (request) => {
      const { id: campaignId } = found(await findCampaign(db, request.params.id), 'campaign');
      const { limit, cursor } = request.query;
      const beforeVersion = cursor === undefined ? null : versionOf(cursor);
      const page = { beforeVersion, limit: limit + 1 };
      const rows = await listCampaignVersions(db, campaignId, page);
      const items = rows.slice(0, limit).map(versionView);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last === undefined ? null : encodeCursor(`${last.version}`) };
    },
  );

  api.get(
    '/v1/campaigns/:id/versions/:version',
    {
      schema: {
        tags,
        summary: 'One version, as it was applied',
        params: idParams.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
        response: { 200: version },
      },
    },
    async (request) => {
      const { id: campaignId, version: number } = request.params;
      return versionView(found(await findCampaignVersion(db, campaignId, number), 'version'));
    },
  );
}

function firingsRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/campaigns/:id/rule-firings',
    {
      schema: {
        tags,
        summary: 'When its automatic rules fired, or would have',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(firing) },
      },
    },
    async (request) => {
      const { id: campaignId } = found(await findCampaign(db, request.params.id), 'campaign');
      const page = await listFirings(db, campaignId, pageRequest(request.query));
      return pageAnswer(page, (row) => ({ ...row, action: { ...row.action } }));
    },
  );
}

type Version = NonNullable<Awaited<ReturnType<typeof findCampaignVersion>>>;
const versionView = (row: Version) => ({ ...row, document: { ...inOrder(row.document) } });

/** @throws Problem `invalid_cursor` */
function versionOf(cursor: string): number {
  const text = decodeCursor(cursor);
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidCursor();
  return Number(text);
}
