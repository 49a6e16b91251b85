import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findCreditorByCode } from '../../db/creditors';
import {
  findImport,
  listImports,
  listRejections,
  type RejectionCursor,
} from '../../db/read/imports';
import { IMPORT_KINDS } from '../../db/imports';
import { IMPORT_FORMATS, type ImportFormat, type ImportReport } from '../../domain/import-report';
import { ACCOUNT_COLUMNS } from '../../domain/import-columns';
import { FACT_KINDS, factColumns } from '../../domain/fact-row';
import { PAYMENT_COLUMNS } from '../../domain/payment-row';
import { importAccounts } from '../../../workers/import-accounts';
import { importFacts } from '../../../workers/import-facts';
import { importPayments } from '../../../workers/import-payments';
import { UnknownCreditorError, type ImportFileInput } from '../../../workers/import-file';
import { idempotencyHeaders } from '../answer-once';
import { actorOf } from '../authenticate';
import type { Api, HttpContext } from '../api';
import { importOnce } from '../import-once';
import {
  decodeCursor,
  encodeCursor,
  invalidCursor,
  pageAnswer,
  pageOf,
  pageQuery,
  pageRequest,
} from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant } from '../schemas';

const tags = ['imports'];
const FORMATS: Readonly<Record<string, ImportFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'jsonl',
};
const FILE_LIMIT_BYTES = 512 * 1_024 * 1_024;
/** Each holds connections of the pool until its file is read. */
const IMPORTS_AT_ONCE = 2;

const rejection = z.object({
  line: z.number().int(),
  field: z.string(),
  reason: z.string(),
  accepted: z.string(),
});
const counts = {
  newCount: z.number().int(),
  changedCount: z.number().int(),
  unchangedCount: z.number().int(),
  rejectedCount: z.number().int(),
};
const report = z.object({
  importId: id,
  creditorCode: z.string(),
  fileName: z.string(),
  format: z.enum(IMPORT_FORMATS),
  dryRun: z.boolean(),
  state: z.enum(['done', 'failed']),
  error: z.string().nullable(),
  fileSha256: z.string().nullable(),
  ...counts,
  rejections: z.array(rejection).describe('The first ones; all under /v1/imports/:id/rejections'),
});
const importBatch = z.object({
  id,
  creditorId: id,
  kind: z.enum(IMPORT_KINDS),
  fileName: z.string(),
  fileSha256: z.string().nullable(),
  format: z.enum(IMPORT_FORMATS),
  dryRun: z.boolean(),
  state: z.enum(['running', 'done', 'failed']),
  ...counts,
  startedAt: instant,
  finishedAt: instant.nullable(),
});

/** Imports. The file is streamed: it is never whole in memory. */
export function importRoutes(api: Api, context: HttpContext): void {
  // in a scope of its own: only here is a body a stream
  api.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(Object.keys(FORMATS), (_request, payload, parsed) => {
      parsed(null, payload);
    });
    uploadRoutes(scope.withTypeProvider(), context);
    done();
  });
  readRoutes(api, context);
}

const uploadHeaders = idempotencyHeaders.extend({
  'x-file-name': z
    .string()
    .regex(/^[ -~]{1,200}$/, '1 to 200 printable ASCII characters')
    .default('upload'),
});
const uploadQuery = z.strictObject({
  creditor: z.string().min(1).max(40).describe('Code of the creditor'),
  dryRun: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .default(false)
    .describe('true: tell what an import would do, and change nothing'),
});
const BODY =
  'The body is the file: CSV with a header (`text/csv`) or JSON lines ' +
  '(`application/x-ndjson`), at most 512 MiB. The same file again changes nothing. ' +
  'State `failed`: the file could not be read to its end; the rows before count.';

const common = {
  tags,
  consumes: Object.keys(FORMATS),
  headers: uploadHeaders,
  response: { 201: report },
};

function uploadRoutes(api: Api, context: HttpContext): void {
  const upload = uploads(context);
  api.post(
    '/v1/imports',
    {
      schema: {
        ...common,
        summary: 'Import accounts from a file',
        description:
          `${BODY} Columns: ${ACCOUNT_COLUMNS.columns.join(', ')}. notice_mailed_on: the date on which ` +
          'the written notice of the debt was mailed, which rules wait for; not in the future, and what ' +
          'is not given stays as it is.',
        querystring: uploadQuery,
      },
    },
    (request, reply) =>
      upload(request, reply, async (file) => {
        const { identityKey } = context;
        const names = namesOf(request);
        // whose file it is the key must see; who the people in it are is known of all creditors'
        if ((await findCreditorByCode(context.db, names.creditorCode)) === null) {
          throw new UnknownCreditorError(names.creditorCode);
        }
        return importAccounts(context.platformDb, { ...file, ...names, identityKey });
      }),
  );

  api.post(
    '/v1/imports/facts',
    {
      schema: {
        ...common,
        summary: 'Import holds, consents, preferences or contacts from a file',
        description:
          `${BODY} Each row is written once under its external_id, without one under what it ` +
          `says. Columns: ${FACT_KINDS.map((kind) => `${kind}: ${factColumns(kind).columns.join(', ')}`).join('; ')}.`,
        querystring: uploadQuery.extend({ kind: z.enum(FACT_KINDS) }),
      },
    },
    (request, reply) =>
      upload(request, reply, (file) =>
        importFacts(context.db, { ...file, ...namesOf(request), kind: request.query.kind }),
      ),
  );

  paymentsRoute(api, context, upload);
}

function paymentsRoute(api: Api, context: HttpContext, upload: ReturnType<typeof uploads>): void {
  api.post(
    '/v1/imports/payments',
    {
      schema: {
        ...common,
        summary: 'Import payments and reversals from a file; each counts as soon as it is read',
        description:
          `${BODY} Columns: ${PAYMENT_COLUMNS.columns.join(', ')}. type: payment or reversal. A payment ` +
          'is known by its provider (import, when none is named) and payment_id.',
        querystring: uploadQuery,
      },
    },
    (request, reply) =>
      upload(request, reply, async (file) => {
        const names = namesOf(request);
        // whose file it is the key must see; calls of it are stopped whoever makes them
        if ((await findCreditorByCode(context.db, names.creditorCode)) === null) {
          throw new UnknownCreditorError(names.creditorCode);
        }
        return importPayments(context.platformDb, { ...file, ...names });
      }),
  );
}

function namesOf(
  request: FastifyRequest & {
    readonly query: z.output<typeof uploadQuery>;
    readonly headers: z.output<typeof uploadHeaders>;
  },
): Pick<ImportFileInput, 'creditorCode' | 'fileName' | 'dryRun' | 'actor'> {
  const { creditor, dryRun } = request.query;
  const fileName = request.headers['x-file-name'];
  return { creditorCode: creditor, fileName, dryRun, actor: actorOf(request) };
}

type Upload = Pick<ImportFileInput, 'format' | 'source'>;

/** Takes uploads of whatever kind, so many at once. */
function uploads(context: HttpContext) {
  let running = 0;
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: (file: Upload) => Promise<ImportReport>,
  ): Promise<never> => {
    const { format, body } = fileOf(request);
    const source = new LimitedSource(body, FILE_LIMIT_BYTES);
    if (running >= IMPORTS_AT_ONCE) {
      throw new Problem('unavailable', `${running} imports are running; send it again later.`);
    }
    running += 1;
    try {
      return await importOnce(context, request, reply, source, async (bytes) => {
        const done = await withKnownCreditor(work({ format, source: bytes }));
        if (source.exceeded) throw new Problem('body_too_large', 'The file is over 512 MiB.');
        return done;
      });
    } finally {
      running -= 1;
    }
  };
}

/** @throws Problem when there is no file, or it is of another kind. */
function fileOf(request: FastifyRequest): { format: ImportFormat; body: Readable } {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const format = FORMATS[type];
  if (format === undefined || !(request.body instanceof Readable)) {
    throw new Problem(
      'unsupported_media_type',
      `Send the file as ${Object.keys(FORMATS).join(' or ')}.`,
    );
  }
  return { format, body: request.body };
}

async function withKnownCreditor(importing: Promise<ImportReport>): Promise<ImportReport> {
  try {
    return await importing;
  } catch (error) {
    if (!(error instanceof UnknownCreditorError)) throw error;
    throw new Problem('unknown_reference', 'creditor names no creditor.', { field: 'creditor' });
  }
}

/** Breaks off where a file is longer than allowed. */
class LimitedSource implements AsyncIterable<Uint8Array> {
  exceeded = false;

  constructor(
    private readonly body: Readable,
    private readonly limitBytes: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of this.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > this.limitBytes) {
        this.exceeded = true;
        throw new Error('the file is too large');
      }
      yield chunk;
    }
  }
}

function readRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/imports',
    {
      schema: {
        tags,
        summary: 'List imports',
        querystring: pageQuery.extend({ creditorId: id.optional() }),
        response: { 200: pageOf(importBatch) },
      },
    },
    async (request) => {
      const filter = { creditorId: request.query.creditorId ?? null };
      return pageAnswer(await listImports(db, filter, pageRequest(request.query)), (row) => row);
    },
  );

  api.get(
    '/v1/imports/:id',
    { schema: { tags, summary: 'One import', params: idParams, response: { 200: importBatch } } },
    async (request) => found(await findImport(db, request.params.id), 'import'),
  );

  api.get(
    '/v1/imports/:id/rejections',
    {
      schema: {
        tags,
        summary: 'Every rejected row: line, field, reason, what would be accepted',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(rejection) },
      },
    },
    async (request) => {
      const { id: importId } = found(await findImport(db, request.params.id), 'import');
      const { limit, cursor } = request.query;
      const after = cursor === undefined ? null : rejectionCursor(cursor);
      const { items, next } = await listRejections(db, importId, { limit, after });
      return { items, nextCursor: next && encodeCursor(`${next.line}:${next.field}`) };
    },
  );
}

/** @throws Problem `invalid_cursor` */
function rejectionCursor(cursor: string): RejectionCursor {
  const match = /^([0-9]{1,9}):(.*)$/s.exec(decodeCursor(cursor));
  if (match?.[1] === undefined || match[2] === undefined) throw invalidCursor();
  return { line: Number(match[1]), field: match[2] };
}
