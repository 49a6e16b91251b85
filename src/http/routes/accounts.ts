import { z } from 'zod';
import { ACCOUNT_STATUSES, findAccount, listAccounts } from '../../db/read/accounts';
import { BLOCKED_REASONS } from '../../domain/dial-retry';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { currency, id, idParams, instant, isoDate, minorUnits } from '../schemas';

const tags = ['accounts'];

const account = z.object({
  id,
  creditorId: id,
  debtorId: id,
  externalId: z.string(),
  product: z.string().nullable(),
  currency,
  amountDueMinor: minorUnits,
  dueDate: isoDate,
  noticeMailedOn: isoDate
    .nullable()
    .describe('When the written notice of the debt was mailed, as a file of accounts says it'),
  status: z.enum(ACCOUNT_STATUSES),
  blockedReason: z.enum(BLOCKED_REASONS).nullable().describe('Why it is not dialed'),
  nextAttemptAt: instant.nullable(),
  attemptCount: z.number().int(),
  lastAttemptAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
});

export function accountRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/accounts',
    {
      schema: {
        tags,
        summary: 'List accounts',
        querystring: pageQuery.extend({
          creditorId: id.optional(),
          debtorId: id.optional(),
          externalId: z.string().min(1).max(120).optional(),
          status: z.enum(ACCOUNT_STATUSES).optional(),
          blockedReason: z.enum(BLOCKED_REASONS).optional(),
        }),
        response: { 200: pageOf(account) },
      },
    },
    async (request) => {
      const { creditorId = null, debtorId = null, externalId = null } = request.query;
      const { status = null, blockedReason = null } = request.query;
      const filter = { creditorId, debtorId, externalId, status, blockedReason };
      return pageAnswer(await listAccounts(db, filter, pageRequest(request.query)), (row) => row);
    },
  );

  api.get(
    '/v1/accounts/:id',
    { schema: { tags, summary: 'One account', params: idParams, response: { 200: account } } },
    async (request) => found(await findAccount(db, request.params.id), 'account'),
  );
}
