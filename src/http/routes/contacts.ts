import { z } from 'zod';
import { findContact, listContacts, recordContact, type Contact } from '../../db/contacts';
import { contactInput, recordedOutcome } from '../../domain/contact-input';
import type { Role } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { answerOfWrite } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, showNumber, shownNumber } from '../schemas';

const tags = ['contacts'];

const contact = z.object({
  id,
  at: instant,
  direction: z.enum(['out', 'in']),
  mode: z.string(),
  outcome: recordedOutcome,
  debtorId: id,
  accountIds: z.array(id),
  number: shownNumber.nullable(),
  place: z.enum(['home', 'mobile', 'work']),
  creditorId: id.nullable(),
  note: z.string().nullable(),
  source: z.string(),
  externalId: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
});

/** Contacts that another system made: inbound calls, letters, texts, another dialer's calls. */
export function contactRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/contacts',
    {
      schema: {
        tags,
        summary: 'Enter a contact of another system into the ledger; every limit counts it',
        headers: idempotencyHeaders,
        body: contactInput,
        response: { 200: contact, 201: contact },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { role } = callerOf(request);
        const write = await recordContact(tx, request.body, actorOf(request));
        return answerOfWrite(write, (row) => contactView(row, role));
      }),
  );

  api.get(
    '/v1/contacts',
    {
      schema: {
        tags,
        summary: 'List contacts of other systems; our own are under /v1/attempts',
        querystring: pageQuery.extend({
          debtorId: id.optional(),
          accountId: id.optional(),
          direction: z.enum(['out', 'in']).optional(),
        }),
        response: { 200: pageOf(contact) },
      },
    },
    async (request) => {
      const { debtorId = null, accountId = null, direction = null } = request.query;
      const { role } = callerOf(request);
      const filter = { debtorId, accountId, direction };
      const page = await listContacts(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => contactView(row, role));
    },
  );

  api.get(
    '/v1/contacts/:id',
    { schema: { tags, summary: 'One contact', params: idParams, response: { 200: contact } } },
    async (request) =>
      contactView(
        found(await findContact(db, request.params.id), 'contact'),
        callerOf(request).role,
      ),
  );
}

function contactView({ e164, ...row }: Contact, role: Role): z.output<typeof contact> {
  return { ...row, number: e164 === null ? null : showNumber(e164, role) };
}
