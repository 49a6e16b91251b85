import { z } from 'zod';
import { recordAudit } from '../../db/audit';
import {
  findHandOver,
  handOver,
  listHandOvers,
  recallAccounts,
  type HandOver,
} from '../../db/hand-overs';
import { listHandedAccounts, type HandedAccount } from '../../db/read/handed-accounts';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { sendCsv } from '../csv';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { currency, id, idParams, instant, isoDate, minorUnits, reasonText } from '../schemas';

const tags = ['hand-overs'];
/** Accounts of one hand-over: each is held in the same transaction. */
const MOST_ACCOUNTS = 500;

const handed = z.object({
  id,
  creditorId: id,
  kind: z.enum(['agency', 'field']),
  recipient: z.string(),
  reason: z.string(),
  handedBy: z.string(),
  handedAt: instant,
  accounts: z.number().int(),
  recalled: z.number().int().describe('Of them: taken back'),
});

const COLUMNS = [
  ...['accountId', 'externalId', 'name', 'province', 'language', 'product', 'currency'],
  ...['amountDueMinor', 'dueDate', 'phones', 'recalledAt'],
] as const;

const account = z.object({
  accountId: id,
  externalId: z.string().describe('The creditor’s own number of it'),
  name: z.string(),
  province: z.string().nullable(),
  language: z.string(),
  product: z.string().nullable(),
  currency,
  amountDueMinor: minorUnits,
  dueDate: isoDate,
  phones: z.array(z.string()).describe('E.164: the person’s own, in the order of trying'),
  recalledAt: instant.nullable(),
});

/** Accounts that an agency, or a visit, collects from now on. */
export function handOverRoutes(api: Api, context: HttpContext): void {
  handRoute(api, context);
  recallRoute(api, context);
  readRoutes(api, context);
  exportRoute(api, context);
}

function handRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/hand-overs',
    {
      schema: {
        tags,
        summary: 'Hand accounts over: our work on them stops at once',
        description:
          'All of them or none. What somebody disputes, or is protected from, is nobody’s to collect: ' +
          'such an account is named, with why, and nothing is handed over.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          creditorId: id,
          kind: handed.shape.kind,
          recipient: reasonText.describe('The agency, or the team'),
          reason: reasonText,
          accountIds: z.array(id).min(1).max(MOST_ACCOUNTS),
        }),
        response: { 201: handed },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const result = await handOver(tx, { ...request.body, actor: actorOf(request) });
        if (result.kind === 'refused') {
          throw new Problem('not_to_be_handed_over', 'Some accounts stay with us.', {
            accounts: result.accounts,
          });
        }
        return { status: 201, body: view(result.handOver) };
      }),
  );
}

function recallRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/hand-overs/:id/recall',
    {
      schema: {
        tags,
        summary: 'Take accounts back: they are ours again, and due at once',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({
          reason: reasonText,
          accountIds: z
            .array(id)
            .min(1)
            .max(MOST_ACCOUNTS)
            .optional()
            .describe('Left out: all that are left'),
        }),
        response: { 200: handed },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason, accountIds = null } = request.body;
        const input = { id: request.params.id, accountIds, reason, actor: actorOf(request) };
        found(await recallAccounts(tx, input), 'hand-over');
        return { status: 200, body: view(found(await findHandOver(tx, input.id), 'hand-over')) };
      }),
  );
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/hand-overs',
    {
      schema: {
        tags,
        summary: 'List hand-overs',
        querystring: pageQuery,
        response: { 200: pageOf(handed) },
      },
    },
    async (request) => pageAnswer(await listHandOvers(db, pageRequest(request.query)), view),
  );
  api.get(
    '/v1/hand-overs/:id',
    { schema: { tags, summary: 'One hand-over', params: idParams, response: { 200: handed } } },
    async (request) => view(found(await findHandOver(db, request.params.id), 'hand-over')),
  );
}

function exportRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/hand-overs/:id/accounts',
    {
      schema: {
        tags,
        summary: 'Its accounts, for the recipient; each export is kept',
        description: 'What is needed to collect and no more. `format=csv`: one row an account.',
        params: idParams,
        querystring: z.strictObject({ format: z.enum(['json', 'csv']).default('json') }),
        response: { 200: z.object({ items: z.array(account) }) },
      },
    },
    async (request, reply) => {
      const items = await db.transaction(async (tx) => {
        const { id: subjectId, creditorId } = found(
          await findHandOver(tx, request.params.id),
          'hand-over',
        );
        const accounts = await listHandedAccounts(tx, subjectId);
        await recordAudit(tx, {
          ...{ creditorId, actor: actorOf(request), action: 'hand_over.exported' },
          ...{ subject: 'hand_over', subjectId, before: null, reason: null },
          after: { accounts: accounts.length },
        });
        return accounts;
      });
      if (request.query.format === 'json') return { items };
      return sendCsv(reply, COLUMNS, items.map(csvRow));
    },
  );
}

/** A name must not become a formula where the file is opened. */
const harmless = (text: string): string => (/^[=+\-@\t]/.test(text) ? `'${text}` : text);

function csvRow(row: HandedAccount): string[] {
  const { phones, recalledAt, ...more } = row;
  const values = { ...more, phones: phones.join(' '), recalledAt: recalledAt?.toISOString() };
  return COLUMNS.map((column) => {
    const value = values[column] ?? '';
    return column === 'phones' ? value : harmless(value);
  });
}

function view(row: HandOver): z.output<typeof handed> {
  return row;
}
