import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Transaction } from '../../db/database';
import {
  findNumberLookUp,
  LOOK_UP_SECRET,
  putNumberLookUp,
  retireNumberLookUp,
  type NumberLookUp,
} from '../../db/number-look-ups';
import { findCreditor } from '../../db/read/creditors';
import { seal } from '../../db/sealed-secret';
import { newWebhookSecret } from '../../outbound/sign-delivery';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { outboundUrl, urlWithoutQuery } from '../outbound-url';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['number look-ups'];

const lookUp = z.object({
  id,
  creditorId: id
    .nullable()
    .describe('Null: of the house, for creditors that have none of their own'),
  url: z.string(),
  validDays: z.int(),
  perDay: z.int(),
  perSecond: z.int(),
  aheadHours: z.int(),
  mostInvalidPercent: z.int(),
  enabled: z.boolean(),
  askedToday: z.int().describe('Numbers, on the day of Jakarta'),
  failingSince: instant.nullable().describe('Nothing useful has come from it since'),
  failure: z.string().nullable(),
  pausedUntil: instant.nullable(),
  createdAt: instant,
});
const withSecret = lookUp.extend({
  secret: z
    .string()
    .nullable()
    .describe(
      'Shown when it is made: signs questions and answers, as Standard Webhooks; else null',
    ),
});

const settings = z.strictObject({
  url: outboundUrl,
  validDays: z.int().min(1).max(365).default(30).describe('How long an answer stands'),
  perDay: z.int().min(1).max(10_000_000).default(10_000).describe('Most numbers a day, of Jakarta'),
  perSecond: z.int().min(1).max(100).default(5),
  aheadHours: z
    .int()
    .min(1)
    .max(168)
    .default(12)
    .describe('Numbers are asked about that are due within so many hours'),
  mostInvalidPercent: z
    .int()
    .min(1)
    .max(100)
    .default(50)
    .describe(
      'When more of a day’s answers say invalid (of 20 at least), the register is taken for broken: those numbers ' +
        'are dialed again, and it is asked one number at a time. 100: never',
    ),
  enabled: z.boolean().default(true),
  newSecret: z.boolean().default(false).describe('Make a new secret; the one before ends at once'),
});

const description =
  'Each question is a signed POST of JSON: id, number (E.164). The answer is 200 with status (valid, invalid, ' +
  'unreachable, unknown) and, where known, operator, ported, lastReassigned (a date or an instant), signed with the ' +
  'same secret under the webhook-id of the question. An invalid number is not dialed until a later answer or the ' +
  'end of this one; anything else that comes, or nothing, changes nothing: the number is dialed as ever.';

/** Who is asked about numbers before they are dialed: one a creditor, and one of the house. */
export function numberLookUpRoutes(api: Api, context: HttpContext): void {
  creditorRoutes(api, context);
  houseRoutes(api, context);
}

const shown = { 200: lookUp };
const ended = { 204: z.undefined().describe('Ended') };

function creditorRoutes(api: Api, context: HttpContext): void {
  const { db } = context;
  const path = '/v1/creditors/:id/number-look-up';
  api.put(
    path,
    {
      schema: {
        ...{ tags, summary: 'Have numbers looked up before they are dialed', description },
        ...{ params: idParams, headers: idempotencyHeaders, body: settings },
        response: { 200: withSecret },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const creditor = found(await findCreditor(tx, request.params.id), 'creditor');
        return { status: 200, body: await put(context, request, tx, creditor.id, request.body) };
      }),
  );
  api.get(
    path,
    { schema: { tags, summary: 'The creditor’s own', params: idParams, response: shown } },
    async (request) => found(await findNumberLookUp(db, request.params.id), 'number look-up'),
  );
  api.delete(
    path,
    { schema: { tags, summary: 'End it', params: idParams, response: ended } },
    async (request, reply) => {
      await db.transaction((tx) => end(request, tx, request.params.id));
      return reply.code(204).send();
    },
  );
}

function houseRoutes(api: Api, context: HttpContext): void {
  const { db } = context;
  const path = '/v1/number-look-up';
  api.put(
    path,
    {
      schema: {
        ...{ tags, summary: 'The same for creditors that have none of their own', description },
        ...{ headers: idempotencyHeaders, body: settings, response: { 200: withSecret } },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => ({
        ...{ status: 200, body: await put(context, request, tx, null, request.body) },
      })),
  );
  api.get(path, { schema: { tags, summary: 'That of the house', response: shown } }, async () =>
    found(await findNumberLookUp(db, null), 'number look-up'),
  );
  api.delete(
    path,
    { schema: { tags, summary: 'End that of the house', response: ended } },
    async (request, reply) => {
      await db.transaction((tx) => end(request, tx, null));
      return reply.code(204).send();
    },
  );
}

async function put(
  { secretKey }: HttpContext,
  request: FastifyRequest,
  tx: Transaction,
  creditorId: string | null,
  { newSecret, ...given }: z.output<typeof settings>,
): Promise<z.output<typeof withSecret>> {
  const before = await findNumberLookUp(tx, creditorId);
  const secret = before === null || newSecret ? newWebhookSecret() : null;
  const sealed = secret === null ? null : seal(secretKey, LOOK_UP_SECRET, secret);
  const after = await putNumberLookUp(tx, creditorId, given, sealed);
  await keepChange(tx, request, before, after);
  return { ...after, secret };
}

async function end(
  request: FastifyRequest,
  tx: Transaction,
  creditorId: string | null,
): Promise<void> {
  const before = found(await findNumberLookUp(tx, creditorId), 'number look-up');
  await retireNumberLookUp(tx, before.id);
  await keepChange(tx, request, before, null);
}

/** The address without its query: a key of the look-up may be in it. */
async function keepChange(
  tx: Transaction,
  request: FastifyRequest,
  before: NumberLookUp | null,
  after: NumberLookUp | null,
): Promise<void> {
  const plain = (row: NumberLookUp | null): object | null =>
    row === null ? null : { ...row, url: urlWithoutQuery(row.url) };
  const { id: subjectId, creditorId } = (after ?? before) as NumberLookUp;
  await recordChange(tx, request, {
    action: after === null ? 'number_look_up.ended' : 'number_look_up.set',
    ...{ creditorId, subject: 'number_look_up', subjectId },
    ...{ before: plain(before), after: plain(after) },
  });
}
