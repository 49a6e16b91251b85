import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';
import { addPhone } from '../../db/add-phone';
import { findDebtor, listDebtors, listPhones, type PhoneRow } from '../../db/read/debtors';
import { PHONE_OWNERS } from '../../domain/phone-owner';
import { parsePhoneNumber } from '../../domain/phone-number';
import type { Role } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { callerOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, showNumber, shownNumber } from '../schemas';

const tags = ['debtors'];

const debtor = z.object({
  id,
  name: z.string(),
  province: z.string().nullable().describe('ISO 3166-2'),
  statedZone: z.string().nullable(),
  language: z.string(),
  createdAt: instant,
  updatedAt: instant,
});

const phone = z.object({
  id,
  phone: shownNumber,
  owner: z.enum(PHONE_OWNERS).describe('Only the debtor’s own number is ever dialed'),
  line: z.enum(['mobile', 'fixed', 'unknown']),
  status: z.enum(['active', 'invalid', 'wrong_number', 'retired']),
  position: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});

export function debtorRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/debtors',
    {
      schema: {
        tags,
        summary: 'List debtors',
        querystring: pageQuery.extend({ creditorId: id.optional() }),
        response: { 200: pageOf(debtor) },
      },
    },
    async (request) => {
      const filter = { creditorId: request.query.creditorId ?? null };
      return pageAnswer(await listDebtors(db, filter, pageRequest(request.query)), (row) => row);
    },
  );

  api.get(
    '/v1/debtors/:id',
    { schema: { tags, summary: 'One debtor', params: idParams, response: { 200: debtor } } },
    async (request) => found(await findDebtor(db, request.params.id), 'debtor'),
  );

  api.get(
    '/v1/debtors/:id/phones',
    {
      schema: {
        tags,
        summary: 'All numbers of a person, in the order of trying',
        params: idParams,
        response: { 200: z.object({ items: z.array(phone) }) },
      },
    },
    async (request) => {
      const { id: debtorId } = found(await findDebtor(db, request.params.id), 'debtor');
      const { role } = callerOf(request);
      return { items: (await listPhones(db, debtorId)).map((row) => phoneView(row, role)) };
    },
  );

  addPhoneRoute(api, context);
}

function addPhoneRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/debtors/:id/phones',
    {
      schema: {
        tags,
        summary: 'Add a number, behind those that are there',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({
          number: z.string().max(40).describe('As people write it, or E.164'),
          country: z
            .string()
            .refine(isSupportedCountry, 'an ISO 3166-1 alpha-2 code, ID')
            .default('ID')
            .describe('Where a number without a country code belongs'),
          owner: z.enum(PHONE_OWNERS),
        }),
        response: { 201: phone },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { number, country, owner } = request.body;
        const parsed = parsePhoneNumber(number, country);
        if ('problem' in parsed) {
          const errors = [{ field: 'number', ...parsed.problem }];
          throw new Problem('invalid_request', 'The body is not accepted.', { in: 'body', errors });
        }
        const debtorId = request.params.id;
        const added = found(
          await addPhone(tx, { debtorId, owner, number: parsed.value }),
          'debtor',
        );
        if (added === 'known') {
          throw new Problem('already_exists', 'The person has it already.', { field: 'number' });
        }
        return { status: 201, body: phoneView(added, callerOf(request).role) };
      }),
  );
}

function phoneView(row: PhoneRow, role: Role): z.output<typeof phone> {
  const { e164, ...shown } = row;
  return { ...shown, phone: showNumber(e164, role) };
}
