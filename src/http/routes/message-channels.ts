import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Transaction } from '../../db/database';
import {
  addMessageChannel,
  changeMessageChannel,
  CHANNEL_SECRET,
  listMessageChannels,
  retireMessageChannel,
  type MessageChannel,
} from '../../db/message-channels';
import { findCreditor } from '../../db/read/creditors';
import { seal } from '../../db/sealed-secret';
import { MESSAGE_CHANNELS } from '../../domain/message-state';
import { newWebhookSecret } from '../../outbound/sign-delivery';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { outboundUrl, urlWithoutQuery } from '../outbound-url';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['messages'];
const path = '/v1/creditors/:id/message-channels';

const channel = z.object({
  id,
  creditorId: id,
  channel: z.enum(MESSAGE_CHANNELS),
  url: z.string(),
  priority: z.int(),
  enabled: z.boolean(),
  createdAt: instant,
});
const withSecret = channel.extend({
  secret: z
    .string()
    .describe('Shown this once: signs what is handed over and its receipts, as Standard Webhooks'),
});
const priority = z.int().min(1).max(100).describe('The lowest is tried first');
const channelParams = z.strictObject({ id, channelId: id });

/** The gateways of a creditor, to which its messages are handed. */
export function messageChannelRoutes(api: Api, context: HttpContext): void {
  readRoute(api, context);
  addRoute(api, context);
  changeRoute(api, context);
  secretRoute(api, context);
  endRoute(api, context);
}

function readRoute(api: Api, { db }: HttpContext): void {
  api.get(
    path,
    {
      schema: {
        tags,
        summary: 'The creditor’s channels, in the order in which they are tried',
        params: idParams,
        response: { 200: z.object({ items: z.array(channel) }) },
      },
    },
    async (request) => {
      const creditor = found(await findCreditor(db, request.params.id), 'creditor');
      return { items: await listMessageChannels(db, creditor.id) };
    },
  );
}

function addRoute(api: Api, context: HttpContext): void {
  api.post(
    path,
    {
      schema: {
        tags,
        summary: 'Have messages handed to a gateway of the creditor’s own',
        description:
          'Each is a signed POST of JSON: id, messageId, channel, kind, language, to (E.164; null for email), ' +
          'debtorReference, accountReference, text, uselessAfter, receipts. 2xx takes it; 408, 425, 429 and 503 ' +
          'put it off; another 4xx, or `{"status":"failed"}`, refuses it; anything else counts as sent.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          channel: z.enum(MESSAGE_CHANNELS),
          url: outboundUrl,
          priority: priority.default(10),
        }),
        response: { 201: withSecret },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const creditor = found(await findCreditor(tx, request.params.id), 'creditor');
        const secret = newWebhookSecret();
        const secretSealed = seal(context.secretKey, CHANNEL_SECRET, secret);
        const given = { ...request.body, creditorId: creditor.id, secretSealed };
        const added = await addMessageChannel(tx, given);
        if (added === null) {
          throw new Problem('already_exists', 'The creditor has a channel of this kind.');
        }
        await keepChange(tx, request, 'message_channel.added', null, added);
        return { status: 201, body: { ...added, secret } };
      }),
  );
}

function changeRoute(api: Api, context: HttpContext): void {
  api.patch(
    `${path}/:channelId`,
    {
      schema: {
        tags,
        summary: 'Change a channel; absent fields stay',
        params: channelParams,
        body: z.strictObject({
          url: outboundUrl.optional(),
          priority: priority.optional(),
          enabled: z.boolean().optional(),
        }),
        response: { 200: channel },
      },
    },
    (request) =>
      context.db.transaction(async (tx) => {
        const { url = null, priority: order = null, enabled = null } = request.body;
        const before = await findChannel(tx, request.params);
        const change = { url, priority: order, enabled, secretSealed: null };
        const after = found(await changeMessageChannel(tx, before, change), 'channel');
        await keepChange(tx, request, 'message_channel.changed', before, after);
        return after;
      }),
  );
}

function secretRoute(api: Api, context: HttpContext): void {
  api.post(
    `${path}/:channelId/rotate-secret`,
    {
      schema: {
        tags,
        summary: 'Make a new secret; the one before ends at once',
        params: channelParams,
        headers: idempotencyHeaders,
        response: { 200: withSecret },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const secret = newWebhookSecret();
        const before = await findChannel(tx, request.params);
        const secretSealed = seal(context.secretKey, CHANNEL_SECRET, secret);
        const same = { url: null, priority: null, enabled: null };
        const change = { ...same, secretSealed };
        const after = found(await changeMessageChannel(tx, before, change), 'channel');
        await keepChange(tx, request, 'message_channel.secret_rotated', before, after);
        return { status: 200, body: { ...after, secret } };
      }),
  );
}

function endRoute(api: Api, context: HttpContext): void {
  api.delete(
    `${path}/:channelId`,
    {
      schema: {
        tags,
        summary: 'End a channel',
        params: channelParams,
        response: { 204: z.undefined().describe('Ended') },
      },
    },
    async (request, reply) => {
      await context.db.transaction(async (tx) => {
        const before = await findChannel(tx, request.params);
        await retireMessageChannel(tx, before);
        await keepChange(tx, request, 'message_channel.ended', before, null);
      });
      return reply.code(204).send();
    },
  );
}

async function findChannel(
  tx: Transaction,
  named: z.output<typeof channelParams>,
): Promise<MessageChannel> {
  const channels = await listMessageChannels(tx, named.id);
  return found(channels.find((one) => one.id === named.channelId) ?? null, 'channel');
}

/** The address without its query: a key of the gateway may be in it. */
async function keepChange(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  before: MessageChannel | null,
  after: MessageChannel | null,
): Promise<void> {
  const plain = (row: MessageChannel | null): object | null =>
    row === null ? null : { ...row, url: urlWithoutQuery(row.url) };
  const { id: subjectId, creditorId } = (after ?? before) as MessageChannel;
  await recordChange(tx, request, {
    ...{ creditorId, action, subject: 'message_channel', subjectId },
    ...{ before: plain(before), after: plain(after) },
  });
}
