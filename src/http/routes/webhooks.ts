import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Transaction } from '../../db/database';
import { seal } from '../../db/sealed-secret';
import {
  addWebhook,
  changeWebhook,
  findWebhook,
  listWebhooks,
  resumeWebhook,
  retireWebhook,
  rotateWebhookSecret,
  WEBHOOK_SECRET,
  type Webhook,
} from '../../db/webhooks';
import { EVENT_TYPES } from '../../domain/event-type';
import { newWebhookSecret } from '../../outbound/sign-delivery';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { outboundUrl, urlWithoutQuery } from '../outbound-url';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['webhooks'];

const webhook = z.object({
  id,
  creditorId: id,
  url: z.string(),
  eventTypes: z.array(z.string()).readonly().describe('None: all of the creditor’s events'),
  enabled: z.boolean(),
  failingSince: instant.nullable().describe('Nothing has got through since'),
  pausedAt: instant.nullable().describe('Nothing got through for a day: resume it to go on'),
  oldSecretUntil: instant.nullable().describe('Until then the secret before signs as well'),
  createdAt: instant,
  queued: z.int(),
  dead: z.int().describe('Dead letters: see webhook-deliveries'),
});
const withSecret = webhook.extend({
  secret: z.string().describe('Shown this once: of Standard Webhooks, HMAC-SHA256'),
});
const eventTypes = z
  .array(z.enum(EVENT_TYPES))
  .max(EVENT_TYPES.length)
  .describe('Absent or empty: all of the creditor’s events');

/** How long the secret before is good by default, and at most. */
const OVERLAP_HOURS = 24;
const LONGEST_OVERLAP_HOURS = 24 * 30;
const HOUR_MS = 3_600_000;

/** Where a creditor's systems are told of its events. */
export function webhookRoutes(api: Api, context: HttpContext): void {
  addRoute(api, context);
  readRoutes(api, context);
  changeRoutes(api, context);
  secretRoute(api, context);
  endRoute(api, context);
}

function addRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/webhooks',
    {
      schema: {
        tags,
        summary: 'Have events of a creditor sent to a system',
        description:
          'CloudEvents 1.0 in structured JSON, signed as Standard Webhooks 1.0. At least once: the id stays the same. ' +
          'Events of a person arrive in their order.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          creditorId: id,
          url: outboundUrl,
          eventTypes: eventTypes.default([]),
        }),
        response: { 201: withSecret },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const secret = newWebhookSecret();
        const secretSealed = seal(context.secretKey, WEBHOOK_SECRET, secret);
        const added = await addWebhook(tx, { ...request.body, secretSealed });
        if (added === null) {
          throw new Problem('unknown_reference', 'There is no such creditor.', {
            field: 'creditorId',
          });
        }
        await keepChange(tx, request, 'webhook.added', { before: null, after: added });
        return { status: 201, body: { ...added, secret } };
      }),
  );
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/webhooks',
    {
      schema: {
        tags,
        summary: 'List webhooks',
        querystring: pageQuery.extend({ creditorId: id.optional() }),
        response: { 200: pageOf(webhook) },
      },
    },
    async (request) => {
      const { creditorId = null } = request.query;
      const page = await listWebhooks(db, { creditorId }, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );
  api.get(
    '/v1/webhooks/:id',
    { schema: { tags, summary: 'One webhook', params: idParams, response: { 200: webhook } } },
    async (request) => found(await findWebhook(db, request.params.id), 'webhook'),
  );
}

function changeRoutes(api: Api, context: HttpContext): void {
  api.patch(
    '/v1/webhooks/:id',
    {
      schema: {
        tags,
        summary: 'Change a webhook; absent fields stay',
        description: 'While it is not enabled, nothing that happens is kept for it.',
        params: idParams,
        body: z.strictObject({
          url: outboundUrl.optional(),
          eventTypes: eventTypes.optional(),
          enabled: z.boolean().optional(),
        }),
        response: { 200: webhook },
      },
    },
    (request) =>
      context.db.transaction(async (tx) => {
        const { url = null, eventTypes: types = null, enabled = null } = request.body;
        const change = { url, eventTypes: types, enabled };
        const before = found(await findWebhook(tx, request.params.id), 'webhook');
        const after = found(await changeWebhook(tx, before.id, change), 'webhook');
        await keepChange(tx, request, 'webhook.changed', { before, after });
        return after;
      }),
  );

  api.post(
    '/v1/webhooks/:id/resume',
    {
      schema: {
        tags,
        summary: 'Go on with a webhook that was paused; what waits is tried at once',
        params: idParams,
        headers: idempotencyHeaders,
        response: { 200: webhook },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const before = found(await findWebhook(tx, request.params.id), 'webhook');
        const after = found(await resumeWebhook(tx, before.id), 'webhook');
        await keepChange(tx, request, 'webhook.resumed', { before, after });
        return { status: 200, body: after };
      }),
  );
}

function secretRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/webhooks/:id/rotate-secret',
    {
      schema: {
        tags,
        summary: 'Make a new secret; the one before signs beside it for a while',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          overlapHours: z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(OVERLAP_HOURS),
        }),
        response: { 200: withSecret },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const secret = newWebhookSecret();
        const before = found(await findWebhook(tx, request.params.id), 'webhook');
        const rotated = await rotateWebhookSecret(tx, before.id, {
          secretSealed: seal(context.secretKey, WEBHOOK_SECRET, secret),
          oldUntil: new Date(Date.now() + request.body.overlapHours * HOUR_MS),
        });
        const after = found(rotated, 'webhook');
        await keepChange(tx, request, 'webhook.secret_rotated', { before, after });
        return { status: 200, body: { ...after, secret } };
      }),
  );
}

function endRoute(api: Api, context: HttpContext): void {
  api.delete(
    '/v1/webhooks/:id',
    {
      schema: {
        tags,
        summary: 'End a webhook; what waits for it becomes dead letters',
        params: idParams,
        response: { 204: z.undefined().describe('Ended') },
      },
    },
    async (request, reply) => {
      await context.db.transaction(async (tx) => {
        const before = found(await findWebhook(tx, request.params.id), 'webhook');
        await retireWebhook(tx, before.id);
        await keepChange(tx, request, 'webhook.ended', { before, after: null });
      });
      return reply.code(204).send();
    },
  );
}

/** The address without its query: a key of the receiver may be in it. */
async function keepChange(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  { before, after }: { readonly before: Webhook | null; readonly after: Webhook | null },
): Promise<void> {
  const plain = (row: Webhook | null): object | null =>
    row === null ? null : { ...row, url: urlWithoutQuery(row.url) };
  const { id: subjectId, creditorId } = (after ?? before) as Webhook;
  await recordChange(tx, request, {
    ...{ creditorId, action, subject: 'webhook', subjectId },
    ...{ before: plain(before), after: plain(after) },
  });
}
