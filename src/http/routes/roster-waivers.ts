import { z } from 'zod';
import { findAgent } from '../../db/agents';
import { listRosterWaivers, waiveRoster } from '../../db/rosters';
import { LONGEST_WAIVER_HOURS } from '../../domain/roster';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';
import { tellAgent } from '../tell-agent';

const waiver = z.object({
  id,
  agentId: id,
  at: instant,
  until: instant,
  approvedBy: z.string(),
  reason: z.string(),
});

/** What a supervisor allows beside the shifts. */
export function rosterWaiverRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/agents/:id/roster-waiver',
    {
      schema: {
        tags: ['supervision'],
        summary: 'Let an agent work outside a shift for some hours',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          hours: z.number().min(0.25).max(LONGEST_WAIVER_HOURS).describe('From now on'),
          reason: reasonText,
        }),
        response: { 201: waiver },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: agentId } = found(await findAgent(tx, request.params.id), 'agent');
        const by = { actor: actorOf(request), ...request.body };
        const kept = await waiveRoster(tx, agentId, by);
        const action = 'agent.roster_waived';
        const after = { until: kept.until.toISOString() };
        await tellAgent(tx, { id: agentId, agentId }, { ...by, action }, { before: null, after });
        return { status: 201, body: kept };
      }),
  );

  api.get(
    '/v1/agents/:id/roster-waivers',
    {
      schema: {
        tags: ['rosters'],
        summary: 'Approvals of an agent’s work outside shifts, newest first',
        params: idParams,
        querystring: pageQuery,
        response: { 200: pageOf(waiver) },
      },
    },
    async (request) => {
      const { id: agentId } = found(await findAgent(context.db, request.params.id), 'agent');
      const page = pageRequest(request.query);
      return pageAnswer(await listRosterWaivers(context.db, agentId, page), (row) => row);
    },
  );
}
