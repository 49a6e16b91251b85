import { z } from 'zod';
import {
  DELIVERY_STATES,
  findDelivery,
  listDeliveries,
  retryDelivery,
  type PaymentDelivery,
} from '../../db/payment-deliveries';
import { assignPayment, UNMATCHED_REASONS } from '../../db/payments';
import { findAccount } from '../../db/read/accounts';
import { findPaymentView, listPayments, PAYMENT_STATES } from '../../db/read/payments';
import { COMPONENTS } from '../../domain/debt';
import { wholeOf } from '../../db/whole-transaction';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { answerOfWrite } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { currency, id, idParams, instant, minorUnits } from '../schemas';

const tags = ['payments'];

const payment = z.object({
  id,
  creditorId: id,
  accountId: id.nullable().describe('Null: nobody knows yet whose it is'),
  provider: z.string(),
  providerPaymentId: z.string(),
  amountMinor: minorUnits,
  currency,
  method: z.string().nullable(),
  accountExternalId: z.string().nullable().describe('As the provider named the account'),
  reference: z.string().nullable(),
  state: z.enum(PAYMENT_STATES),
  unmatchedReason: z.enum(UNMATCHED_REASONS).nullable(),
  paidAt: instant,
  receivedAt: instant,
  matchedAt: instant.nullable(),
  matchedBy: z.string().nullable(),
  reversedAt: instant.nullable(),
  allocations: z
    .array(z.object({ instalmentId: id, component: z.enum(COMPONENTS), amountMinor: minorUnits }))
    .describe('What of it paid what; the rest is credit of the account'),
});
const delivery = z.object({
  id,
  creditorId: id,
  sourceId: id,
  state: z.enum(DELIVERY_STATES),
  problems: z
    .array(z.object({ field: z.string(), reason: z.string(), accepted: z.string() }))
    .nullable(),
  paymentId: id.nullable(),
  times: z.number().int().describe('How often the same bytes came'),
  failures: z.number().int().describe('Tries that came to nothing, for a fault of ours'),
  failure: z.string().nullable().describe('The kind of fault of the last one'),
  receivedAt: instant,
  processedAt: instant.nullable(),
});

/** Payments, those that nobody knows the account of, and what could not be understood. */
export function paymentRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/payments',
    {
      schema: {
        tags,
        summary: 'List payments; unmatched: those that wait for somebody to find their account',
        querystring: pageQuery.extend({
          creditorId: id.optional(),
          accountId: id.optional(),
          state: z.enum(PAYMENT_STATES).optional(),
        }),
        response: { 200: pageOf(payment) },
      },
    },
    async (request) => {
      const { creditorId = null, accountId = null, state = null } = request.query;
      const page = await listPayments(
        db,
        { creditorId, accountId, state },
        pageRequest(request.query),
      );
      return pageAnswer(page, (row) => ({ ...row, allocations: [...row.allocations] }));
    },
  );

  api.get(
    '/v1/payments/:id',
    { schema: { tags, summary: 'One payment', params: idParams, response: { 200: payment } } },
    async (request) => {
      const row = found(await findPaymentView(db, request.params.id), 'payment');
      return { ...row, allocations: [...row.allocations] };
    },
  );

  api.get(
    '/v1/payment-deliveries',
    {
      schema: {
        tags,
        summary:
          'What payment sources have sent; refused: what could not be understood; failed: what could not be done',
        querystring: pageQuery.extend({
          creditorId: id.optional(),
          state: z.enum(DELIVERY_STATES).optional(),
        }),
        response: { 200: pageOf(delivery) },
      },
    },
    async (request) => {
      const { creditorId = null, state = null } = request.query;
      const page = await listDeliveries(db, { creditorId, state }, pageRequest(request.query));
      return pageAnswer(page, deliveryView);
    },
  );

  retryRoute(api, context);
  assignRoute(api, context);
}

const deliveryView = (row: PaymentDelivery): z.input<typeof delivery> => ({
  ...row,
  problems: row.problems === null ? null : [...row.problems],
});

function retryRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/payment-deliveries/:id/retry',
    {
      schema: {
        tags,
        summary: 'Have a delivery that failed tried again; it is done within a second or two',
        params: idParams,
        headers: idempotencyHeaders,
        response: { 202: delivery },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        // the caller's to see, and nobody's to write
        const seen = found(await findDelivery(tx, request.params.id), 'delivery');
        const { creditorId, id: subjectId, state } = seen;
        const retried = found(await retryDelivery(wholeOf(tx), subjectId), 'delivery');
        await recordChange(tx, request, {
          ...{ creditorId, action: 'payment_delivery.retried', subject: 'payment_delivery' },
          ...{ subjectId, before: { state }, after: { state: retried.state } },
        });
        return { status: 202, body: deliveryView(retried) };
      }),
  );
}

function assignRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/payments/:id/assign',
    {
      schema: {
        tags,
        summary: 'Say whose an unmatched payment is; it counts at once',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ accountId: id }),
        response: { 200: payment },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { accountId } = request.body;
        const { id: paymentId } = found(await findPaymentView(tx, request.params.id), 'payment');
        if ((await findAccount(tx, accountId)) === null) {
          throw new Problem('unknown_reference', 'accountId names no account.', {
            field: 'accountId',
          });
        }
        // both are the caller's to see; calls of it are stopped whoever makes them
        const assigned = await assignPayment(wholeOf(tx), {
          ...{ id: paymentId, accountId, actor: actorOf(request) },
        });
        const write = found(assigned, 'payment');
        if (write === 'matched')
          throw new Problem('invalid_transition', 'The payment is another account’s.');
        answerOfWrite(write, (fact) => fact);
        const row = found(await findPaymentView(tx, paymentId), 'payment');
        return { status: 200, body: { ...row, allocations: [...row.allocations] } };
      }),
  );
}
