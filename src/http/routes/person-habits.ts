import { z } from 'zod';
import { recordPayday, recordPaymentDate, recordProfilingObjection } from '../../db/payday-facts';
import { paydayInput } from '../../domain/payday-input';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { answerOfWrite, callOfCaller, personOf } from '../facts';
import { id, instant, isoDate, reasonText } from '../schemas';

const payday = z.object({
  id,
  debtorId: id,
  kind: z.enum(['monthly', 'weekly', 'irregular']),
  day: z.number().int().nullable(),
  source: z.enum(['stated', 'employer']),
  sourceAttemptId: id.nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
});
const objection = z.object({
  id,
  debtorId: id,
  objects: z.boolean(),
  reason: z.string(),
  recordedBy: z.string(),
  recordedAt: instant,
});
const paymentDate = z.object({
  id,
  debtorId: id,
  accountId: id.nullable(),
  paidOn: z.string(),
  source: z.string(),
  externalId: z.string(),
});

/** What bears on the right moment for a person: payday, payments, and whether they may be profiled. */
export function personHabitRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/paydays',
    {
      schema: {
        tags: ['best time'],
        summary: 'Record when a person gets money; the latest counts',
        description: 'An agent records it of the person of the own call and names nobody.',
        headers: idempotencyHeaders,
        body: paydayInput.extend({ debtorId: id.optional() }),
        response: { 200: payday, 201: payday },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { debtorId: named, ...input } = request.body;
        const call = await callOfCaller(tx, request);
        const debtorId = personOf(call, named);
        const about = { debtorId, sourceAttemptId: call?.attemptId ?? null };
        return answerOfWrite(
          await recordPayday(tx, about, input, actorOf(request)),
          (fact) => fact,
        );
      }),
  );

  api.post(
    '/v1/profiling-objections',
    {
      schema: {
        tags: ['best time'],
        summary: 'Record that a person objects to profiling, or does no longer',
        description:
          'UU PDP 27/2022. From then on the order of calls to them is neutral, and their decisions say so.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          debtorId: id.optional(),
          objects: z.boolean().default(true),
          reason: reasonText,
        }),
        response: { 200: objection, 201: objection },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { debtorId: named, objects, reason } = request.body;
        const debtorId = personOf(await callOfCaller(tx, request), named);
        const input = { debtorId, objects, reason };
        return answerOfWrite(
          await recordProfilingObjection(tx, input, actorOf(request)),
          (fact) => fact,
        );
      }),
  );

  paymentDateRoute(api, context);
}

function paymentDateRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/payment-dates',
    {
      schema: {
        tags: ['best time'],
        summary: 'Record a day on which a person paid: three that agree show the payday',
        headers: idempotencyHeaders,
        body: z.strictObject({
          debtorId: id,
          accountId: id.optional(),
          paidOn: isoDate,
          source: z
            .string()
            .regex(/^[a-z0-9][a-z0-9:._-]{0,63}$/, '1 to 64 of a-z, 0-9 and :._-')
            .default('api'),
          externalId: z
            .string()
            .regex(/^[!-~]{1,120}$/, '1 to 120 printable ASCII characters without spaces')
            .describe('Its id there; the same one again changes nothing'),
        }),
        response: { 200: paymentDate, 201: paymentDate },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const input = { ...request.body, accountId: request.body.accountId ?? null };
        return answerOfWrite(await recordPaymentDate(tx, input, actorOf(request)), (fact) => fact);
      }),
  );
}
