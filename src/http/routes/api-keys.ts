import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  type ApiKey,
  type NewApiKey,
} from '../../db/api-keys';
import { appendEvent } from '../../db/events';
import type { Transaction } from '../../db/database';
import { ROLES } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { refusedBody } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { Problem } from '../problem';
import { recordChange } from '../record-change';
import { displayName, id, idParams, instant } from '../schemas';

const apiKey = z.object({
  id,
  role: z.enum(ROLES),
  name: z.string(),
  agentId: id.nullable(),
  creditorIds: z
    .array(id)
    .readonly()
    .nullable()
    .describe('Sees and changes their things alone; null: the whole platform'),
  prefix: z.string(),
  createdAt: instant,
  revokedAt: instant.nullable(),
});
const newApiKey = apiKey.extend({ key: z.string().describe('Shown this once; kept nowhere') });

const body = z.strictObject({
  role: z.enum(ROLES),
  name: displayName,
  agentId: id.optional().describe('Needed with role agent, and only there'),
  creditorIds: z
    .array(id)
    .min(1)
    .max(100)
    .optional()
    .describe('Binds the key to them, for good; roles manager and supervisor alone'),
});

const tags = ['keys'];

export function apiKeyRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/api-keys',
    {
      schema: {
        tags,
        summary: 'Make a key',
        headers: idempotencyHeaders,
        body,
        response: { 201: newApiKey },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => ({
        status: 201,
        body: await makeKey(tx, request, checkedKey(request.body)),
      })),
  );

  api.post(
    '/v1/agents/:id/api-keys',
    {
      schema: {
        tags,
        summary: 'Make a key for an agent',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ name: displayName }),
        response: { 201: newApiKey },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => ({
        status: 201,
        body: await makeKey(tx, request, {
          role: 'agent',
          name: request.body.name,
          agentId: request.params.id,
        }),
      })),
  );

  keyListRoutes(api, context);
}

function keyListRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/api-keys',
    {
      schema: {
        tags,
        summary: 'List keys',
        querystring: pageQuery,
        response: { 200: pageOf(apiKey) },
      },
    },
    async (request) => pageAnswer(await listApiKeys(db, pageRequest(request.query)), (key) => key),
  );

  api.delete(
    '/v1/api-keys/:id',
    {
      schema: {
        tags,
        summary: 'Revoke a key, at once',
        params: idParams,
        response: { 204: z.undefined().describe('Revoked') },
      },
    },
    async (request, reply) => {
      const { id: keyId } = request.params;
      await db.transaction(async (tx) => {
        const revocation = await revokeApiKey(tx, keyId);
        if (revocation.kind === 'not_found')
          throw new Problem('not_found', 'There is no such key.');
        if (revocation.kind === 'last_admin') {
          throw new Problem('last_admin_key', 'Make another admin key first.');
        }
        if (!revocation.again) await recordKey(tx, request, 'api_key.revoked', { id: keyId });
        // ends the live streams that were opened with it, in every process
        await appendEvent(tx, { type: 'api_key.revoked', payload: { apiKeyId: keyId } });
      });
      return reply.code(204).send();
    },
  );
}

async function makeKey(
  tx: Transaction,
  request: FastifyRequest,
  input: NewApiKey,
): Promise<z.output<typeof newApiKey>> {
  const created = await createApiKey(tx, input);
  await recordKey(tx, request, 'api_key.created', created);
  return created;
}

/** Never the key itself. */
async function recordKey(
  tx: Transaction,
  request: FastifyRequest,
  action: 'api_key.created' | 'api_key.revoked',
  key: { readonly id: string } & Partial<Pick<ApiKey, 'role' | 'agentId' | 'creditorIds'>>,
): Promise<void> {
  const isNew = action === 'api_key.created';
  const { role, agentId, creditorIds } = key;
  await recordChange(tx, request, {
    ...{ creditorId: null, action, subject: 'api_key', subjectId: key.id },
    before: isNew ? null : { revoked: false },
    after: { ...(isNew ? { role, agentId, creditorIds } : {}), revoked: !isNew },
  });
}

/** Role agent and an agent belong together; an agent serves whoever calls, an admin everybody. */
function checkedKey(input: z.output<typeof body>): NewApiKey {
  const { role, name, agentId = null, creditorIds } = input;
  if ((role === 'agent') !== (agentId !== null)) {
    const needs = role === 'agent';
    throw refusedBody(
      'agentId',
      needs ? 'is missing' : `does not belong to role ${role}`,
      needs ? 'the agent whose key it is' : 'leave it out',
    );
  }
  if (creditorIds === undefined) return { role, name, agentId };
  if (role === 'agent' || role === 'admin') {
    const accepted = 'leave it out, or role manager or supervisor';
    throw refusedBody('creditorIds', `does not belong to role ${role}`, accepted);
  }
  return { role, name, agentId, creditorIds: [...new Set(creditorIds)] };
}
