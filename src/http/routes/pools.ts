import { z } from 'zod';
import { createPool, listPools } from '../../db/pools';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { recordChange } from '../record-change';
import { displayName, id, instant } from '../schemas';

const pool = z.object({
  id,
  name: z.string(),
  agentCount: z.number().int().describe('Active agents in it'),
  createdAt: instant,
});

export function poolRoutes(api: Api, context: HttpContext): void {
  const tags = ['agents'];

  api.post(
    '/v1/pools',
    {
      schema: {
        tags,
        summary: 'Make a pool of agents',
        headers: idempotencyHeaders,
        body: z.strictObject({ name: displayName }),
        response: { 201: pool },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const created = await createPool(tx, request.body.name);
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
}
