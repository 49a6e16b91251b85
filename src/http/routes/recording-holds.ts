import { z } from 'zod';
import {
  findRecordingHold,
  HOLD_SCOPES,
  liftRecordingHold,
  listRecordingHolds,
  placeRecordingHold,
  type RecordingHold,
} from '../../db/recording-holds';
import { findCreditor } from '../../db/read/creditors';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['recordings'];

const hold = z.object({
  id,
  scope: z.enum(HOLD_SCOPES),
  scopeId: id.describe('Of the person, account or recording'),
  creditorId: id.nullable().describe('Null: a person’s recordings at all creditors'),
  reason: z.string(),
  placedBy: z.string(),
  placedAt: instant,
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  liftReason: z.string().nullable(),
});

/** Legal holds: what they reach is kept, whatever its time. */
export function recordingHoldRoutes(api: Api, context: HttpContext): void {
  placeRoute(api, context);
  liftRoute(api, context);
  readRoutes(api, context);
}

function placeRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/recording-holds',
    {
      schema: {
        tags,
        summary: 'Keep recordings of a person, an account or a call from being erased',
        description:
          'From the answer on nothing within its reach begins to be erased, also what is recorded later. ' +
          'What was being erased before is not brought back.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          scope: z.enum(HOLD_SCOPES),
          scopeId: id.describe('Of the person, account or recording'),
          creditorId: id
            .optional()
            .describe('Of a person: at this creditor; left out, at all, which a bound key cannot'),
          reason: reasonText,
        }),
        response: { 201: hold },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { scope, scopeId, reason, creditorId = null } = request.body;
        if (scope === 'person' && creditorId === null && callerOf(request).creditorIds !== null)
          throw new Problem('invalid_request', 'Something in the body is not accepted.', {
            in: 'body',
            errors: [
              {
                field: 'creditorId',
                reason: 'is missing, and the key is bound to creditors',
                accepted: 'the id of a creditor of the key',
              },
            ],
          });
        if (creditorId !== null && (await findCreditor(tx, creditorId)) === null)
          throw new Problem('unknown_reference', 'There is no such creditor.', {
            field: 'creditorId',
          });
        const actor = actorOf(request);
        const placed = await placeRecordingHold(tx, { scope, scopeId, creditorId, reason, actor });
        if (placed === null)
          throw new Problem('unknown_reference', `There is no such ${scope}.`, {
            field: 'scopeId',
          });
        return { status: 201, body: placed };
      }),
  );
}

function liftRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/recording-holds/:id/lift',
    {
      schema: {
        tags,
        summary:
          'Lift a hold, for a reason: what was kept only by it is erased when its time is over',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: hold },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const wish = { id: request.params.id, ...request.body, actor: actorOf(request) };
        return { status: 200, body: lifted(await liftRecordingHold(tx, wish)) };
      }),
  );
}

function lifted(result: Awaited<ReturnType<typeof liftRecordingHold>>): RecordingHold {
  if (result === 'refused')
    throw new Problem('forbidden', 'It holds for all creditors: a key of the platform lifts it.');
  if (result === 'lifted')
    throw new Problem('invalid_transition', 'It is lifted already.', { allowed: [] });
  return found(result, 'hold');
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/recording-holds',
    {
      schema: {
        tags,
        summary: 'List holds on recordings',
        querystring: pageQuery.extend({
          scopeId: id.optional().describe('Of a person, account or recording'),
          standing: z.enum(['true', 'false']).optional().describe('false: those that were lifted'),
        }),
        response: { 200: pageOf(hold) },
      },
    },
    async (request) => {
      const { scopeId = null, standing } = request.query;
      const filter = { scopeId, standing: standing === undefined ? null : standing === 'true' };
      const page = await listRecordingHolds(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.get(
    '/v1/recording-holds/:id',
    {
      schema: {
        tags,
        summary: 'One hold on recordings',
        params: idParams,
        response: { 200: hold },
      },
    },
    async (request) => found(await findRecordingHold(db, request.params.id), 'hold'),
  );
}
