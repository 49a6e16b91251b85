import { z } from 'zod';
import { findAgent } from '../../db/agents';
import {
  keepConnectionCheck,
  listConnectionChecks,
  waiveConnectionCheck,
} from '../../db/connection-checks';
import { CONNECTION_FAULTS } from '../../domain/connection-check';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';
import { tellAgent } from '../tell-agent';

const milliseconds = z.number().min(0).max(60_000).nullable();
const figures = z.strictObject({
  isMicrophoneHeard: z.boolean().describe('It took up a voice'),
  isEchoHeard: z.boolean().describe('The agent heard the own voice come back'),
  roundTripMs: milliseconds.describe('Below 200 passes; null: the server answered nothing'),
  jitterMs: milliseconds.describe('Below 30 passes; null: the server answered nothing'),
  loss: z.number().min(0).max(1).describe('Of what was asked, 0 to 1; below 0.02 passes'),
});
const connectionCheck = z.object({
  id,
  agentId: id,
  at: instant,
  figures: figures.nullable().describe('null: a waiver'),
  faults: z.array(z.enum(CONNECTION_FAULTS)).describe('What fell short'),
  passed: z.boolean(),
  waivedBy: z.string().nullable(),
  waiverReason: z.string().nullable(),
  validUntil: instant.nullable().describe('Lets the agent be ready until then; null: it does not'),
});

/** What an agent's connection is like before a shift, and a supervisor's waiver of it. */
export function connectionCheckRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/connection-check',
    {
      schema: {
        tags: ['agent desktop'],
        summary:
          'What my microphone, echo and connection are like; the server says whether it is enough',
        description:
          'In a pool with `requiresConnectionCheck` sign-in and ready need one that passed in the latest 12 hours, and none that failed after it, or a supervisor’s waiver; after three talks of an hour below a mean opinion score of 3.2 a new one.',
        headers: idempotencyHeaders,
        body: figures,
        response: { 201: connectionCheck },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => ({
        status: 201,
        body: await keepConnectionCheck(tx, agentOf(request), request.body),
      })),
  );

  waiverRoute(api, context);

  api.get(
    '/v1/agents/:id/connection-checks',
    {
      schema: {
        tags: ['agents'],
        summary: 'Checks of an agent’s connection before shifts, and waivers, newest first',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(connectionCheck) },
      },
    },
    async (request) => {
      const { id: agentId } = found(await findAgent(context.db, request.params.id), 'agent');
      const page = pageRequest(request.query);
      return pageAnswer(await listConnectionChecks(context.db, agentId, page), (row) => row);
    },
  );
}

function waiverRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/agents/:id/connection-waiver',
    {
      schema: {
        tags: ['supervision'],
        summary: 'Let an agent be ready for 12 hours, whatever the connection is like',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ reason: reasonText }),
        response: { 201: connectionCheck },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: agentId } = found(await findAgent(tx, request.params.id), 'agent');
        const by = { actor: actorOf(request), reason: request.body.reason };
        const waiver = await waiveConnectionCheck(tx, agentId, by);
        const action = 'agent.connection_waived';
        const after = { validUntil: waiver.validUntil?.toISOString() ?? null };
        await tellAgent(tx, { id: agentId, agentId }, { ...by, action }, { before: null, after });
        return { status: 201, body: waiver };
      }),
  );
}
