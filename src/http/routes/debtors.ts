import { z } from 'zod';
import { findDebtor, listDebtors, listPhones, type PhoneRow } from '../../db/read/debtors';
import { PHONE_OWNERS } from '../../domain/phone-owner';
import type { Role } from '../../domain/role';
import type { Api, HttpContext } from '../api';
import { callerOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
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
}

function phoneView(row: PhoneRow, role: Role): z.output<typeof phone> {
  const { e164, ...shown } = row;
  return { ...shown, phone: showNumber(e164, role) };
}
