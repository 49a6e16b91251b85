import { z } from 'zod';
import { findAgent } from '../../db/agents';
import { countPreviews, listPreviews, type Preview } from '../../db/previews';
import { PREVIEW_STATES, skipFigures } from '../../domain/preview';
import type { Api, HttpContext } from '../api';
import { ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant } from '../schemas';

const tags = ['previews'];

export const skipFiguresShown = z.object({
  decided: z.number().int().describe('Called, passed over or timed out in the last 24 hours'),
  passedOver: z.number().int().describe('Skipped or rescheduled'),
  passedOverPercent: z.number(),
  isOverLimit: z.boolean().describe('More than 20 %, of ten or more'),
});

const preview = z.object({
  id,
  creditorId: id,
  campaignId: id,
  accountId: id,
  agentId: id,
  state: z.enum(PREVIEW_STATES),
  shownAt: instant,
  expiresAt: instant,
  endedAt: instant.nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  rescheduledTo: instant.nullable(),
  attemptId: id.nullable(),
});

/** What was shown to agents, and what they did with it; an agent sees its own. */
export function previewRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/previews',
    {
      schema: {
        tags,
        summary: 'List accounts that were shown before a call',
        querystring: pageQuery.extend({
          agentId: id.optional(),
          campaignId: id.optional(),
          state: z.enum(PREVIEW_STATES).optional(),
        }),
        response: { 200: pageOf(preview) },
      },
    },
    async (request) => {
      const { campaignId = null, state = null } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const filter = { agentId, campaignId, state };
      return pageAnswer(
        await listPreviews(context.db, filter, pageRequest(request.query)),
        previewView,
      );
    },
  );

  api.get(
    '/v1/agents/:id/preview-figures',
    {
      schema: {
        tags,
        summary: 'What an agent did with what was shown in the last 24 hours',
        params: idParams,
        response: {
          200: skipFiguresShown.extend({
            counts: z.record(z.enum(PREVIEW_STATES), z.number().int()),
          }),
        },
      },
    },
    async (request) => {
      const { id: agentId } = found(await findAgent(context.db, request.params.id), 'agent');
      const counts = await countPreviews(context.db, agentId);
      return { ...skipFigures(counts), counts: { ...counts } };
    },
  );
}

function previewView(row: Preview): z.output<typeof preview> {
  const { debtorId: _d, phoneId: _p, sessionId: _s, choice: _c, ...shown } = row;
  return shown;
}
