import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  findKillSwitch,
  listKillSwitches,
  pullKillSwitch,
  releaseKillSwitch,
  type KillTarget,
} from '../../db/kill-switches';
import { AUTO_STOP_RULES } from '../../domain/auto-stop';
import { KILL_SCOPES } from '../../domain/kill-switch';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const scope = z.enum(KILL_SCOPES);

const pull = z.strictObject({
  scope,
  scopeId: id.optional().describe('The creditor, campaign or trunk; absent for scope all'),
  reason: reasonText,
  cancelRinging: z
    .boolean()
    .default(false)
    .describe('Cancel what rings as well; talks are never touched'),
});

const killSwitch = z.object({
  id,
  scope,
  scopeId: id.nullable(),
  reason: z.string(),
  automatic: z
    .object({
      rule: z.enum(AUTO_STOP_RULES),
      figures: z.record(z.string(), z.union([z.number(), z.string()])),
    })
    .nullable()
    .describe('The rule that pulled it and what it compared; null: a person did'),
  cancelRinging: z.boolean(),
  pulledBy: z.string(),
  pulledAt: instant,
  releasedAt: instant.nullable(),
  releasedBy: z.string().nullable(),
  releaseReason: z.string().nullable(),
});

const tags = ['kill switches'];

export function killSwitchRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/kill-switches',
    {
      schema: {
        tags,
        summary: 'Stop new calls of a scope within a second, in every process',
        description:
          'Where one stands already it is given back with 200; a wish to cancel what rings is added to it.',
        headers: idempotencyHeaders,
        body: pull,
        response: { 200: killSwitch, 201: killSwitch },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason, cancelRinging } = request.body;
        const target = targetOf(request.body);
        requireOwnScope(request, target);
        const input = { ...target, reason, cancelRinging, actor: actorOf(request) };
        const pulled = await pullKillSwitch(tx, input);
        if (pulled === null) {
          const detail = `There is no such ${target.scope}.`;
          throw new Problem('unknown_reference', detail, { field: 'scopeId' });
        }
        return { status: pulled.isNew ? 201 : 200, body: pulled.killSwitch };
      }),
  );

  api.post(
    '/v1/kill-switches/:id/release',
    {
      schema: {
        tags,
        summary: 'Let calls go on, also after an automatic stop',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: killSwitch },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason } = request.body;
        const input = { id: request.params.id, reason, actor: actorOf(request) };
        const body = found(await releaseKillSwitch(tx, input), 'kill switch');
        return { status: 200, body };
      }),
  );

  readRoutes(api, context);
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/kill-switches',
    {
      schema: {
        tags,
        summary: 'List kill switches, those that stand and those released',
        querystring: pageQuery.extend({
          active: z.enum(['true', 'false']).optional(),
          scope: scope.optional(),
        }),
        response: { 200: pageOf(killSwitch) },
      },
    },
    async (request) => {
      const { active, scope = null } = request.query;
      const filter = { scope, active: active === undefined ? null : active === 'true' };
      const page = await listKillSwitches(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.get(
    '/v1/kill-switches/:id',
    {
      schema: { tags, summary: 'One kill switch', params: idParams, response: { 200: killSwitch } },
    },
    async (request) => found(await findKillSwitch(db, request.params.id), 'kill switch'),
  );
}

/** @throws Problem when a key that is bound to creditors would stop what others use as well. */
function requireOwnScope(request: FastifyRequest, { scope }: KillTarget): void {
  if (callerOf(request).creditorIds === null || scope === 'creditor' || scope === 'campaign')
    return;
  const reason = 'concerns the whole platform, and the key is bound to creditors';
  throw new Problem('forbidden', 'Nothing was stopped.', {
    errors: [{ field: 'scope', reason, accepted: 'creditor or campaign' }],
  });
}

/** @throws Problem `invalid_request` when scope and scopeId do not fit together. */
function targetOf(body: z.output<typeof pull>): KillTarget {
  const { scope, scopeId = null } = body;
  if ((scope === 'all') === (scopeId === null)) return { scope, scopeId };
  const error =
    scope === 'all'
      ? { reason: 'is not part of scope all', accepted: 'leave it out' }
      : { reason: 'is missing', accepted: `the id of the ${scope}` };
  throw new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors: [{ field: 'scopeId', ...error }],
  });
}
