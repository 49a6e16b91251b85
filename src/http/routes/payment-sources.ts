import { z } from 'zod';
import {
  createPaymentSource,
  listPaymentSources,
  retirePaymentSource,
} from '../../db/payment-sources';
import { findCreditor } from '../../db/read/creditors';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['payments'];

const provider = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, '1 to 40 of a-z, 0-9, hyphen, underscore: bank-contoh');
const source = z.object({
  id,
  creditorId: id,
  provider,
  createdBy: z.string(),
  createdAt: instant,
  retiredAt: instant.nullable(),
});

/** Who tells of a creditor's payments, and what they sign by. */
export function paymentSourceRoutes(api: Api, context: HttpContext): void {
  const { db, secretKey } = context;

  api.get(
    '/v1/creditors/:id/payment-sources',
    {
      schema: {
        tags,
        summary: 'Who tells of the creditor’s payments',
        params: idParams,
        response: { 200: z.object({ items: z.array(source) }) },
      },
    },
    async (request) => {
      const { id: creditorId } = found(await findCreditor(db, request.params.id), 'creditor');
      return { items: await listPaymentSources(db, creditorId) };
    },
  );

  api.post(
    '/v1/creditors/:id/payment-sources',
    {
      schema: {
        tags,
        summary: 'Let a provider tell of payments; another source of it changes the secret',
        description:
          'Deliveries go to POST /v1/payment-webhooks/:id with the source’s id, signed by the secret.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ provider }),
        response: {
          201: source.extend({ secret: z.string().describe('Shown this once; kept sealed') }),
        },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: creditorId } = found(await findCreditor(tx, request.params.id), 'creditor');
        const input = { creditorId, ...request.body, actor: actorOf(request) };
        const { secret, ...created } = await createPaymentSource(tx, secretKey, input);
        await recordChange(tx, request, {
          ...{ creditorId, action: 'payment_source.created', subject: 'payment_source' },
          ...{ subjectId: created.id, before: null, after: { provider: created.provider } },
        });
        return { status: 201, body: { ...created, secret } };
      }),
  );

  retireRoute(api, context);
}

function retireRoute(api: Api, { db }: HttpContext): void {
  api.delete(
    '/v1/creditors/:id/payment-sources/:sourceId',
    {
      schema: {
        tags,
        summary: 'Take nothing from a source any more',
        params: idParams.extend({ sourceId: id }),
        response: { 200: source },
      },
    },
    (request) =>
      db.transaction(async (tx) => {
        const { id: creditorId, sourceId } = request.params;
        const retired = found(
          await retirePaymentSource(tx, { creditorId, sourceId }),
          'payment source',
        );
        await recordChange(tx, request, {
          ...{ creditorId, action: 'payment_source.retired', subject: 'payment_source' },
          ...{ subjectId: retired.id, before: { provider: retired.provider }, after: null },
        });
        return retired;
      }),
  );
}
