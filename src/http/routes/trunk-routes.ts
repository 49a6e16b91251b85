import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Transaction } from '../../db/database';
import {
  createTrunkGroup,
  createTrunkRoute,
  deleteTrunkGroup,
  deleteTrunkRoute,
  listTrunkGroups,
  listTrunkRoutes,
} from '../../db/trunk-routes';
import { PHONE_OPERATORS } from '../../domain/phone-operator';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { displayName, e164, id, idParams, instant, minorUnits } from '../schemas';

const group = z.object({
  id,
  name: z.string(),
  trunkCount: z.number().int(),
  createdAt: instant,
});

const prefix = z.string().regex(new RegExp(`^(\\+[0-9]{0,15}|${PHONE_OPERATORS.join('|')})$`), {
  error: `a beginning of E.164 numbers (+62811; + for all), or one of ${PHONE_OPERATORS.join(', ')}`,
});

const routeFields = z
  .strictObject({
    trunkId: id.optional(),
    groupId: id.optional(),
    prefixes: z
      .array(prefix)
      .min(1)
      .max(500)
      .describe('Beginnings of E.164 numbers, `+` for all, and names of Indonesian operators'),
    callerIds: z
      .array(e164)
      .min(1)
      .max(100)
      .optional()
      .describe('Only these of the trunk’s numbers may be shown. Absent: all of them'),
    priority: z.number().int().min(0).max(1_000).optional().describe('Absent: the trunk’s own'),
    costPerMinuteMinor: minorUnits.optional().describe('Absent: the trunk’s own'),
  })
  .refine(({ trunkId, groupId }) => (trunkId === undefined) !== (groupId === undefined), {
    error: 'names a trunk or a group, one of the two',
    path: ['trunkId'],
  });

const route = z.object({
  id,
  trunkId: id.nullable(),
  groupId: id.nullable(),
  prefixes: z.array(z.string()).readonly(),
  callerIds: z.array(z.string()).readonly().nullable(),
  priority: z.number().int().nullable(),
  costPerMinuteMinor: minorUnits.nullable(),
  createdAt: instant,
});

const tags = ['trunks'];
const gone = z.undefined().describe('Deleted');

/** Which trunks take which numbers. */
export function trunkRouteRoutes(api: Api, context: HttpContext): void {
  groupRoutes(api, context);
  const { db } = context;

  api.post(
    '/v1/trunk-routes',
    {
      schema: {
        tags,
        summary: 'Say which numbers a trunk or a group takes',
        description:
          'A trunk that no route names takes every number. Of several routes of a trunk the longest ' +
          'prefix counts. Trunks are tried by priority, then prefix, cost and weight.',
        headers: idempotencyHeaders,
        body: routeFields,
        response: { 201: route },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { trunkId = null, groupId = null, callerIds = null } = request.body;
        const { prefixes, priority = null, costPerMinuteMinor = null } = request.body;
        const terms = { prefixes, callerIds, priority, costPerMinuteMinor };
        const created = await createTrunkRoute(tx, { trunkId, groupId, ...terms });
        await keep(tx, request, 'trunk_route.created', { before: null, after: created });
        return { status: 201, body: created };
      }),
  );

  api.get(
    '/v1/trunk-routes',
    {
      schema: {
        tags,
        summary: 'List routes of trunks',
        querystring: pageQuery,
        response: { 200: pageOf(route) },
      },
    },
    async (request) =>
      pageAnswer(await listTrunkRoutes(db, pageRequest(request.query)), (row) => row),
  );

  api.delete(
    '/v1/trunk-routes/:id',
    { schema: { tags, summary: 'Delete a route', params: idParams, response: { 204: gone } } },
    async (request, reply) => {
      await db.transaction(async (tx) => {
        const before = found(await deleteTrunkRoute(tx, request.params.id), 'route');
        await keep(tx, request, 'trunk_route.deleted', { before, after: null });
      });
      return reply.code(204).send();
    },
  );
}

function groupRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/trunk-groups',
    {
      schema: {
        tags,
        summary: 'Make a group of trunks',
        headers: idempotencyHeaders,
        body: z.strictObject({ name: displayName }),
        response: { 201: group },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const created = await createTrunkGroup(tx, request.body.name);
        await keep(tx, request, 'trunk_group.created', { before: null, after: created });
        return { status: 201, body: created };
      }),
  );

  api.get(
    '/v1/trunk-groups',
    {
      schema: {
        tags,
        summary: 'List groups of trunks',
        querystring: pageQuery,
        response: { 200: pageOf(group) },
      },
    },
    async (request) =>
      pageAnswer(await listTrunkGroups(db, pageRequest(request.query)), (row) => row),
  );

  api.delete(
    '/v1/trunk-groups/:id',
    {
      schema: {
        tags,
        summary: 'Delete a group without trunks, and its routes',
        params: idParams,
        response: { 204: gone },
      },
    },
    async (request, reply) => {
      await db.transaction(async (tx) => {
        const before = await deleteTrunkGroup(tx, request.params.id);
        if (before === 'absent') throw new Problem('not_found', 'There is no such group.');
        if (before === 'in_use')
          throw new Problem('in_use', 'Trunks are in it: give them another groupId first.');
        await keep(tx, request, 'trunk_group.deleted', { before, after: null });
      });
      return reply.code(204).send();
    },
  );
}

type Thing = { readonly id: string } | null;

function keep(
  tx: Transaction,
  request: FastifyRequest,
  action: `${'trunk_group' | 'trunk_route'}.${'created' | 'deleted'}`,
  change: { readonly before: Thing; readonly after: Thing },
): Promise<void> {
  const [subject = ''] = action.split('.');
  const subjectId = (change.after ?? change.before)?.id ?? '';
  return recordChange(tx, request, { creditorId: null, action, subject, subjectId, ...change });
}
