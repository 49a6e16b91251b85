import { z } from 'zod';
import { createAgent, findAgent, listAgents } from '../../db/agents';
import { listAgentSessions } from '../../db/read/agent-sessions';
import { AGENT_STATES } from '../../domain/agent-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { displayName, id, idParams, instant } from '../schemas';
import { session, sessionView } from '../session-view';

export const agent = z.object({
  id,
  name: z.string(),
  sipUsername: z.string(),
  active: z.boolean(),
  poolIds: z.array(id),
  registered: z.boolean().describe('A softphone is registered now'),
  sessionState: z.enum(AGENT_STATES).nullable().describe('null: signed out'),
  createdAt: instant,
});

const body = z.strictObject({
  name: displayName,
  sipUsername: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, '2 to 64 of a-z, 0-9, dot, hyphen, underscore'),
  poolIds: z.array(id).max(100).default([]),
});

export function agentRoutes(api: Api, context: HttpContext): void {
  const { db } = context;
  const tags = ['agents'];

  api.post(
    '/v1/agents',
    {
      schema: {
        tags,
        summary: 'Make an agent; answers the softphone password once',
        headers: idempotencyHeaders,
        body,
        response: { 201: agent.extend({ sipPassword: z.string(), sipRealm: z.string() }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const created = await createAgent(tx, { ...request.body, realm: context.realm });
        return { status: 201, body: { ...created, sipRealm: context.realm } };
      }),
  );

  api.get(
    '/v1/agents',
    {
      schema: {
        tags,
        summary: 'List agents',
        querystring: pageQuery.extend({ poolId: id.optional() }),
        response: { 200: pageOf(agent) },
      },
    },
    async (request) => {
      const filter = { poolId: request.query.poolId ?? null };
      return pageAnswer(await listAgents(db, filter, pageRequest(request.query)), (row) => row);
    },
  );

  api.get(
    '/v1/agents/:id',
    { schema: { tags, summary: 'One agent', params: idParams, response: { 200: agent } } },
    async (request) => found(await findAgent(db, request.params.id), 'agent'),
  );

  api.get(
    '/v1/agents/:id/sessions',
    {
      schema: {
        tags,
        summary: 'Sessions of an agent',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(session) },
      },
    },
    async (request) => {
      const { id: agentId } = found(await findAgent(db, request.params.id), 'agent');
      const page = await listAgentSessions(db, agentId, pageRequest(request.query));
      return pageAnswer(page, sessionView);
    },
  );
}
