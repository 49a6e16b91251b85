import { z } from 'zod';
import {
  askForHelp,
  findOpenHelp,
  listHelpRequests,
  moveHelpRequest,
  type HelpRequest,
} from '../../db/help-requests';
import { HELP_REASONS, HELP_STATES } from '../../domain/help-request';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const helpRequest = z.object({
  id,
  creditorId: id,
  campaignId: id.nullable(),
  attemptId: id,
  callId: id.nullable().describe('To be listened to'),
  agentId: id,
  reason: z.enum(HELP_REASONS),
  note: z.string().nullable(),
  state: z.enum(HELP_STATES),
  escalation: z.number().int().describe('How often it was told of again because nobody came'),
  askedAt: instant,
  acceptedAt: instant.nullable(),
  acceptedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  cause: z.string(),
});

const body = z
  .strictObject({ reason: z.enum(HELP_REASONS), note: reasonText.optional() })
  .refine(({ reason, note }) => reason !== 'other' || note !== undefined, {
    path: ['note'],
    message: 'needed with reason other: what it is, in a few words',
  });

/** An agent in a call asks for help; a supervisor takes it. */
export function helpRequestRoutes(api: Api, context: HttpContext): void {
  askRoutes(api, context);
  const tags = ['supervision'];

  api.get(
    '/v1/help-requests',
    {
      schema: {
        tags,
        summary: 'List agents’ requests for help; an agent sees its own',
        querystring: pageQuery.extend({
          agentId: id.optional(),
          poolId: id.optional(),
          state: z.enum(HELP_STATES).optional(),
        }),
        response: { 200: pageOf(helpRequest) },
      },
    },
    async (request) => {
      const { poolId = null, state = null } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const page = pageRequest(request.query);
      return pageAnswer(await listHelpRequests(context.db, { agentId, poolId, state }, page), view);
    },
  );

  for (const [action, to] of [
    ['accept', 'accepted'],
    ['end', 'ended'],
  ] as const) {
    api.post(
      `/v1/help-requests/:id/${action}`,
      {
        schema: {
          tags,
          summary: action === 'accept' ? 'I listen to it' : 'It is over',
          params: idParams,
          headers: idempotencyHeaders,
          response: { 200: helpRequest },
        },
      },
      (request, reply) =>
        answerOnce(context, request, reply, async (tx) => {
          const change = { to, cause: to, actor: actorOf(request) };
          const moved = await moveHelpRequest(tx, request.params.id, change);
          return { status: 200, body: view(found(moved, 'help request')) };
        }),
    );
  }
}

function askRoutes(api: Api, context: HttpContext): void {
  const tags = ['agent desktop'];

  api.post(
    '/v1/me/call/help',
    {
      schema: {
        tags,
        summary: 'Ask a supervisor to listen to my call',
        description:
          'Supervisors get the event `agent.help_requested` with the call’s id, and again every 20 seconds until one accepts. Asked twice in a call it is one request.',
        headers: idempotencyHeaders,
        body,
        response: { 201: helpRequest },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason, note = null } = request.body;
        const asked = await askForHelp(tx, agentOf(request), { reason, note });
        if (asked === null) throw new Problem('no_call', 'You are not in a talk.');
        return { status: 201, body: view(asked) };
      }),
  );

  api.delete(
    '/v1/me/call/help',
    {
      schema: { tags, summary: 'I need no help any more', response: { 200: helpRequest } },
    },
    (request) =>
      context.db.transaction(async (tx) => {
        const open = found(await findOpenHelp(tx, agentOf(request)), 'help request of yours');
        const change = { to: 'ended', cause: 'withdrawn', actor: actorOf(request) } as const;
        return view(found(await moveHelpRequest(tx, open.id, change), 'help request of yours'));
      }),
  );
}

const view = (row: HelpRequest): z.output<typeof helpRequest> => row;
