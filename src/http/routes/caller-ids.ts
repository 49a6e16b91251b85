import { z } from 'zod';
import { endCallerIdRest, listCallerIds, restCallerId, type CallerId } from '../../db/caller-ids';
import type { Queryable } from '../../db/database';
import { CALLER_ID_FIGURES, REST_DAYS } from '../../domain/caller-id-reputation';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { found } from '../problem';
import { e164, id, instant, reasonText } from '../schemas';

const count = z.number().int();
const figures = z.object({
  calls: count.describe(
    'That reached a phone or its network: failed ones say nothing of the number',
  ),
  answered: count,
  short: count.describe('Answered, and over within six seconds'),
});
const callerId = z.object({
  e164: z.string(),
  trunkIds: z.array(id).readonly().describe('That may show it; empty: none may any more'),
  callsToday: count.describe(
    'That showed it; counted while a trunk that may show it has `callsPerCallerIdPerDay`',
  ),
  recent: figures.describe(
    'The latest 24 hours; calls count two to seven minutes after their INVITE',
  ),
  usual: figures.describe('The 14 days before them'),
  rest: z
    .object({
      fromAt: instant,
      untilAt: instant,
      reason: z.string(),
      alarms: z
        .array(
          z.object({
            figure: z.enum(CALLER_ID_FIGURES),
            recent: z.number(),
            usual: z
              .number()
              .describe('What it should be: its own past, moved by the other numbers’'),
          }),
        )
        .readonly()
        .describe('Empty: a person decided'),
      setBy: z.string(),
    })
    .nullable()
    .describe('Not shown until then, where a trunk has another number to show; null: it is shown'),
});

const tags = ['trunks'];
const params = z.object({ e164: e164.describe('Written in a URL, + is %2B') });

/** The numbers that debtors are shown, how they are answered, and which of them rest (features F4). */
export function callerIdRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/caller-ids',
    {
      schema: {
        tags,
        summary: 'Numbers that are shown, how people answer them, and which of them rest',
        response: { 200: z.object({ items: z.array(callerId) }) },
      },
    },
    async () => ({ items: await listCallerIds(db, new Date()) }),
  );

  api.post(
    '/v1/caller-ids/:e164/rest',
    {
      schema: {
        tags,
        summary: 'Let a number rest: it is not shown where there is another',
        headers: idempotencyHeaders,
        params,
        body: z.strictObject({
          days: z.number().int().min(1).max(90).default(REST_DAYS),
          reason: reasonText,
        }),
        response: { 200: callerId },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const known = await find(tx, request.params.e164);
        const actor = actorOf(request);
        await restCallerId(tx, { e164: known.e164, ...request.body, alarms: [], actor });
        return { status: 200, body: await find(tx, known.e164) };
      }),
  );

  api.post(
    '/v1/caller-ids/:e164/return',
    {
      schema: {
        tags,
        summary:
          'End the rest of a number before its time; one that does not rest is given back as it is',
        headers: idempotencyHeaders,
        params,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: callerId },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const known = await find(tx, request.params.e164);
        const input = { e164: known.e164, ...request.body, actor: actorOf(request) };
        await endCallerIdRest(tx, input);
        return { status: 200, body: await find(tx, known.e164) };
      }),
  );
}

async function find(db: Queryable, number: string): Promise<CallerId> {
  const all = await listCallerIds(db, new Date());
  return found(all.find((one) => one.e164 === number) ?? null, 'caller ID');
}
