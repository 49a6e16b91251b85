import { z } from 'zod';
import { readExperimentReport } from '../../../dialer/experiment-report';
import { findCampaign } from '../../db/campaigns';
import { listExperiments } from '../../db/experiments';
import { EXPERIMENT_STATES } from '../../domain/campaign-document/experiment';
import type { Api, HttpContext } from '../api';
import { found } from '../problem';
import { id, idParams, instant } from '../schemas';

const count = z.number().int();
const percent = z.number().nullable();
const state = z.enum(EXPERIMENT_STATES);

const arm = z.object({
  persons: count.describe('Called, whether their days are over or not'),
  dials: count,
  counted: count.describe('Of them, those whose days are over: once each, for good'),
  succeeded: count.describe('Of those, of whom the metric was true'),
  percent,
  low: percent.describe('95 % interval of one look; the test decides, not this'),
  high: percent,
  complaints: count.describe('Called people of whom a complaint was placed since'),
});

const experiment = z.object({
  id,
  name: z.string(),
  state,
  definition: z.looseObject({}).describe('As the document said it, before the first call'),
  campaignVersion: count.describe('Whose document it stood in first'),
  registeredBy: z.string(),
  registeredAt: instant,
  endedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  arms: z.object({ champion: arm, challenger: arm }),
  test: z
    .object({ better: z.number(), worse: z.number(), needed: z.number() })
    .describe('How much speaks for a better and for a worse challenger (e-values)'),
  guard: z
    .object({ eValue: z.number(), needed: z.number() })
    .describe('How much speaks for more complaints than the guard lets pass'),
  all: z
    .array(
      z.object({ name: z.string(), state, registeredAt: instant, endedAt: instant.nullable() }),
    )
    .describe('Every experiment of the campaign, newest first'),
});

/** Champion/challenger, as it stands. */
export function campaignExperimentRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/campaigns/:id/experiment',
    {
      schema: {
        tags: ['campaign documents'],
        summary: 'The newest experiment of a campaign, or the one that is named',
        params: idParams,
        querystring: z.object({ name: z.string().max(40).optional() }),
        response: { 200: experiment },
      },
    },
    async (request) => {
      const campaign = found(await findCampaign(db, request.params.id), 'campaign');
      const rows = await listExperiments(db, campaign.id);
      const { name } = request.query;
      const row = found(
        rows.find((one) => name === undefined || one.name === name) ?? null,
        'experiment',
      );
      const report = await readExperimentReport(db, row);
      const all = rows.map(({ name, state, registeredAt, endedAt }) => {
        return { name, state, registeredAt, endedAt };
      });
      return { ...row, definition: { ...row.definition }, ...report, all };
    },
  );
}
