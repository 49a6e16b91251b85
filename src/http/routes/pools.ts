import { z } from 'zod';
import { createPool, listPools, updatePool } from '../../db/pools';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { displayName, id, idParams, instant } from '../schemas';

const pool = z.object({
  id,
  name: z.string(),
  agentCount: z.number().int().describe('Active agents in it'),
  requiresConnectionCheck: z.boolean(),
  requiresRoster: z.boolean(),
  createdAt: instant,
});
const requiresConnectionCheck = z
  .boolean()
  .describe('Its agents are ready only after a check of their connection, or a waiver of it');
const requiresRoster = z
  .boolean()
  .describe('Its agents work within their shifts alone (`/v1/rosters`), or with an approval');

const tags = ['agents'];

export function poolRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/pools',
    {
      schema: {
        tags,
        summary: 'Make a pool of agents',
        headers: idempotencyHeaders,
        body: z.strictObject({
          name: displayName,
          requiresConnectionCheck: requiresConnectionCheck.default(false),
          requiresRoster: requiresRoster.default(false),
        }),
        response: { 201: pool },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const created = await createPool(tx, request.body);
        await recordChange(tx, request, {
          ...{ creditorId: null, action: 'pool.created', subject: 'pool' },
          ...{ subjectId: created.id, before: null, after: created },
        });
        return { status: 201, body: created };
      }),
  );

  api.get(
    '/v1/pools',
    {
      schema: {
        tags,
        summary: 'List pools',
        querystring: pageQuery,
        response: { 200: pageOf(pool) },
      },
    },
    async (request) =>
      pageAnswer(await listPools(context.db, pageRequest(request.query)), (row) => row),
  );

  changeRoute(api, context);
}

function changeRoute(api: Api, context: HttpContext): void {
  api.patch(
    '/v1/pools/:id',
    {
      schema: {
        tags,
        summary: 'Change a pool; absent fields stay',
        params: idParams,
        body: z.strictObject({
          name: displayName.optional(),
          requiresConnectionCheck: requiresConnectionCheck.optional(),
          requiresRoster: requiresRoster.optional(),
        }),
        response: { 200: pool },
      },
    },
    async (request) =>
      context.db.transaction(async (tx) => {
        const change = found(await updatePool(tx, request.params.id, request.body), 'pool');
        await recordChange(tx, request, {
          ...{ creditorId: null, action: 'pool.changed', subject: 'pool' },
          ...{ subjectId: change.after.id, ...change },
        });
        return change.after;
      }),
  );
}
