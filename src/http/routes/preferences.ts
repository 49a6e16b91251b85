import { z } from 'zod';
import {
  findPreference,
  listPreferences,
  recordPreference,
  removePreference,
} from '../../db/preferences';
import { localWindow } from '../../domain/local-window-input';
import { PREFERENCE_KINDS, preferenceInput } from '../../domain/preference-input';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { answerOfWrite, callOfCaller, personOf, refusedBody, refuseGiven } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['preferences'];

const preference = z.object({
  id,
  debtorId: id,
  kind: z.enum(PREFERENCE_KINDS),
  ...localWindow.shape,
  sourceAttemptId: id.nullable(),
  source: z.string(),
  externalId: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
  removedAt: instant.nullable(),
  removedBy: z.string().nullable(),
  removalReason: z.string().nullable(),
});

/** When a person wants, or does not want, to be called. */
export function preferenceRoutes(api: Api, context: HttpContext): void {
  writeRoutes(api, context);
  readRoutes(api, context);
}

function writeRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/preferences',
    {
      schema: {
        tags,
        summary: 'Record a refused time, which binds, or one of at most 3 preferred ones',
        description:
          'In the time of the place where the person is. An agent records a refused time of the ' +
          'person of the own call and names nobody.',
        headers: idempotencyHeaders,
        body: preferenceInput.partial({ debtorId: true }),
        response: { 200: preference, 201: preference },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { body } = request;
        const call = await callOfCaller(tx, request);
        if (call !== null) {
          refuseGiven(body, ['externalId', 'sourceAttemptId']);
          if (body.kind !== 'refused') {
            throw refusedBody('kind', 'is not an agent’s to record', 'refused');
          }
        }
        const debtorId = personOf(call, body.debtorId);
        const told = call === null ? {} : { source: 'call', sourceAttemptId: call.attemptId };
        const write = await recordPreference(tx, { ...body, debtorId, ...told }, actorOf(request));
        return answerOfWrite(write, (row) => row);
      }),
  );

  api.post(
    '/v1/preferences/:id/remove',
    {
      schema: {
        tags,
        summary: 'Take a preference back, for a reason; it stays in the list',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: preference },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason } = request.body;
        const input = { id: request.params.id, reason, actor: actorOf(request) };
        const body = found(await removePreference(tx, input), 'preference');
        return { status: 200, body };
      }),
  );
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/preferences',
    {
      schema: {
        tags,
        summary: 'List preferences',
        querystring: pageQuery.extend({
          debtorId: id.optional(),
          kind: z.enum(PREFERENCE_KINDS).optional(),
          active: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: pageOf(preference) },
      },
    },
    async (request) => {
      const { debtorId = null, kind = null, active } = request.query;
      const filter = { debtorId, kind, active: active === undefined ? null : active === 'true' };
      const page = await listPreferences(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.get(
    '/v1/preferences/:id',
    {
      schema: { tags, summary: 'One preference', params: idParams, response: { 200: preference } },
    },
    async (request) => found(await findPreference(db, request.params.id), 'preference'),
  );
}
