import { z } from 'zod';
import { readCollectionPolicy, writeCollectionPolicy } from '../../db/collection-policies';
import { findCreditor } from '../../db/read/creditors';
import { collectionPolicy } from '../../domain/collection-policy/collection-policy';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { found } from '../problem';
import { idParams } from '../schemas';

const tags = ['creditors'];

const inForce = z.object({
  version: z.int().min(0).describe('0: none was written, these are the defaults'),
  policy: collectionPolicy,
});

/** How a creditor wants its debts collected. */
export function collectionPolicyRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/creditors/:id/collection-policy',
    {
      schema: {
        tags,
        summary: 'How this creditor collects, as it is in force',
        params: idParams,
        response: { 200: inForce },
      },
    },
    async (request) => {
      const { id } = found(await findCreditor(context.db, request.params.id), 'creditor');
      return readCollectionPolicy(context.db, id);
    },
  );

  api.put(
    '/v1/creditors/:id/collection-policy',
    {
      schema: {
        tags,
        summary: 'Write the next version; fields left out take their defaults',
        description: 'What was agreed under an earlier version stays as it was.',
        params: idParams,
        headers: idempotencyHeaders,
        body: collectionPolicy,
        response: { 200: inForce },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id } = request.params;
        const written = await writeCollectionPolicy(tx, id, request.body, actorOf(request));
        return { status: 200, body: found(written, 'creditor') };
      }),
  );
}
