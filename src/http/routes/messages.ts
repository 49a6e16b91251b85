import { z } from 'zod';
import { findMessage, listMessages } from '../../db/read/messages';
import { MESSAGE_KINDS } from '../../domain/message-kind';
import { MESSAGE_CHANNELS, MESSAGE_STATES } from '../../domain/message-state';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, instantText } from '../schemas';

const tags = ['messages'];

const message = z.object({
  id,
  creditorId: id,
  debtorId: id,
  accountId: id,
  kind: z.enum(MESSAGE_KINDS),
  subjectId: id.describe('What it is about: the promise, the agreement, the payment'),
  step: z.string(),
  body: z.object({ id: z.string(), en: z.string() }),
  state: z.enum(MESSAGE_STATES),
  cause: z.string().nullable().describe('The rule that put it off, or why it ended'),
  sendAt: instant,
  uselessAfter: instant,
  nextAt: instant.nullable().describe('When it is looked at again'),
  queuedAt: instant,
  sentAt: instant.nullable(),
  sends: z
    .array(
      z.object({
        id,
        channel: z.enum(MESSAGE_CHANNELS),
        phoneId: id.nullable(),
        language: z.enum(['id', 'en']),
        state: z.string(),
        claimedAt: instantText,
        gatewayMessageId: z.string().nullable(),
        failure: z.string().nullable(),
        contactId: id.describe('Its entry in the ledger of contacts'),
      }),
    )
    .readonly(),
});

/** Texts to people, and how far they have come. */
export function messageRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/messages',
    {
      schema: {
        tags,
        summary: 'List messages to people',
        querystring: pageQuery.extend({
          state: z.enum(MESSAGE_STATES).optional(),
          kind: z.enum(MESSAGE_KINDS).optional(),
          debtorId: id.optional(),
          accountId: id.optional(),
          creditorId: id.optional(),
        }),
        response: { 200: pageOf(message) },
      },
    },
    async (request) => {
      const { state = null, kind = null, debtorId = null } = request.query;
      const { accountId = null, creditorId = null } = request.query;
      const filter = { state, kind, debtorId, accountId, creditorId };
      const page = await listMessages(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );
  api.get(
    '/v1/messages/:id',
    { schema: { tags, summary: 'One message', params: idParams, response: { 200: message } } },
    async (request) => found(await findMessage(db, request.params.id), 'message'),
  );
}
