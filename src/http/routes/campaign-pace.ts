import { z } from 'zod';
import { NoCallsThatDay, paceCampaign } from '../../../dialer/pace-campaign';
import { findCampaign } from '../../db/campaigns';
import { RING_TIMEOUT_MS, WRAP_UP_LIMIT_MS } from '../../domain/campaign-settings';
import type { Api, HttpContext } from '../api';
import { found, Problem } from '../problem';
import { idParams, isoDate } from '../schemas';

const count = z.number().int();
const wanted = z.int().min(1);
const milliseconds = ({ min, max }: { readonly min: number; readonly max: number }) =>
  z.int().min(min).max(max);

const asked = z.strictObject({
  day: isoDate.describe('A past date, on the clock of Jakarta'),
  agents: wanted
    .max(2_000)
    .optional()
    .describe("They work the hours of that day's agents, in turn"),
  calls: wanted.max(50_000).optional().describe('More than there were are drawn from those'),
  ringTimeoutMs: milliseconds(RING_TIMEOUT_MS).optional(),
  wrapUpLimitMs: milliseconds(WRAP_UP_LIMIT_MS).optional(),
  previewMs: milliseconds({ min: 0, max: 600_000 })
    .optional()
    .describe('Preview: the agent looks at each account for so long before it is dialed'),
});

const floorFigures = z.object({
  agents: count,
  staffedHours: z.number(),
  idlePercent: z.number().describe('Of the staffed time'),
  calls: count,
  answered: count,
  callsPerHour: z.number(),
  callsPerAgentHour: z.number(),
  accountWaitMeanSeconds: z.number().describe('How long an account waited for an agent'),
  agentWaitMeanSeconds: z.number().describe('How long an agent waited for each call'),
  leftOver: count.describe('Calls that found no agent that day'),
  abandonedPercent: z
    .number()
    .describe("Of the answered. 0 in a replay: the agent's leg is there before the debtor's rings"),
});

/** What a past day would have been on another floor. */
export function campaignPaceRoutes(api: Api, { db, platformDb }: HttpContext): void {
  api.post(
    '/v1/campaigns/:id/pace',
    {
      schema: {
        tags: ['campaigns'],
        summary: 'Replay a past day with other agents, ring time or wrap-up; changes nothing',
        params: idParams,
        body: asked,
        response: {
          200: z.object({ day: isoDate, recorded: floorFigures, replayed: floorFigures }),
        },
      },
    },
    async (request) => {
      const { id } = found(await findCampaign(db, request.params.id), 'campaign');
      const { day, ...change } = request.body;
      // whose shifts they were is the platform's
      try {
        return await paceCampaign(platformDb, id, day, change);
      } catch (error) {
        if (!(error instanceof NoCallsThatDay)) throw error;
        throw new Problem('invalid_request', 'There is nothing to replay.', {
          in: 'body',
          errors: [{ field: 'day', reason: 'no calls on that day', accepted: error.accepted }],
        });
      }
    },
  );
}
