import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findOpenSession, lockAgentSession } from '../../db/agent-sessions';
import {
  createAgent,
  findAgent,
  listAgents,
  resetSipPassword,
  updateAgent,
  type AgentRow,
} from '../../db/agents';
import type { Transaction } from '../../db/database';
import { listAgentSessions } from '../../db/read/agent-sessions';
import { agentSkills } from '../../domain/agent-skill';
import { AGENT_STATES } from '../../domain/agent-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { actorOf } from '../authenticate';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { displayName, id, idParams, instant } from '../schemas';
import { session, sessionView } from '../session-view';
import { releaseLeg, signOut } from '../sign-out';

export const agent = z.object({
  id,
  name: z.string(),
  sipUsername: z.string(),
  active: z.boolean(),
  poolIds: z.array(id),
  skills: z.array(z.string()),
  registered: z.boolean().describe('A softphone is registered now'),
  sessionState: z.enum(AGENT_STATES).nullable().describe('null: signed out'),
  createdAt: instant,
});

const poolIds = z.array(id).max(100);
const body = z.strictObject({
  name: displayName,
  sipUsername: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, '2 to 64 of a-z, 0-9, dot, hyphen, underscore'),
  poolIds: poolIds.default([]),
  skills: agentSkills.default([]).describe('Campaigns may ask for some: jawa, english, hardship'),
});
const changedFields = z.strictObject({
  name: displayName.optional(),
  active: z
    .boolean()
    .optional()
    .describe('false: signs out after the call, refuses softphone and keys'),
  poolIds: poolIds.optional().describe('All pools of the agent; those not named are left'),
  skills: agentSkills.optional().describe('All skills of the agent'),
});
const withPassword = agent.extend({ sipPassword: z.string(), sipRealm: z.string() });
const tags = ['agents'];

export function agentRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/agents',
    {
      schema: {
        tags,
        summary: 'Make an agent; answers the softphone password once',
        headers: idempotencyHeaders,
        body,
        response: { 201: withPassword },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const created = await createAgent(tx, { ...request.body, realm: context.realm });
        await recordAgent(tx, request, 'agent.created', { before: null, after: created });
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

  changeRoutes(api, context);
}

function changeRoutes(api: Api, context: HttpContext): void {
  api.patch(
    '/v1/agents/:id',
    {
      schema: {
        tags,
        summary: 'Change an agent; absent fields stay',
        params: idParams,
        body: changedFields,
        response: { 200: agent },
      },
    },
    async (request) => {
      const { id: agentId } = request.params;
      const { changed, ended } = await context.db.transaction(async (tx) => {
        const session = request.body.active === false ? await findOpenSession(tx, agentId) : null;
        const locked = session === null ? null : await lockAgentSession(tx, session.id);
        const ended = locked === null ? null : await signOut(tx, locked, actorOf(request));
        const before = await findAgent(tx, agentId);
        const changed = await updateAgent(tx, agentId, request.body);
        await recordAgent(tx, request, 'agent.changed', { before, after: changed });
        return { ended, changed };
      });
      if (ended !== null) await releaseLeg(context, ended);
      return found(changed, 'agent');
    },
  );

  api.post(
    '/v1/agents/:id/sip-password',
    {
      schema: {
        tags,
        summary: 'Give a new softphone password, answered once; the old one ends',
        headers: idempotencyHeaders,
        params: idParams,
        response: { 201: withPassword },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const reset = await resetSipPassword(tx, request.params.id, context.realm);
        await recordAgent(tx, request, 'agent.sip_password_reset', { before: reset, after: reset });
        return { status: 201, body: { ...found(reset, 'agent'), sipRealm: context.realm } };
      }),
  );
}

/** Kept for good: neither the name of a person nor a password. */
async function recordAgent(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  change: { readonly before: AgentRow | null; readonly after: AgentRow | null },
): Promise<void> {
  if (change.after === null) return;
  const { id: subjectId } = change.after;
  const kept = (row: AgentRow | null): object | null =>
    row && {
      sipUsername: row.sipUsername,
      active: row.active,
      poolIds: row.poolIds,
      skills: row.skills,
    };
  await recordChange(tx, request, {
    ...{ creditorId: null, action, subject: 'agent', subjectId },
    ...{ before: kept(change.before), after: kept(change.after) },
  });
}
