import { z } from 'zod';
import type { Transaction } from '../../db/database';
import { loadCampaignReport } from '../../db/campaign-report';
import {
  createCampaign,
  editCampaign,
  findCampaign,
  listCampaigns,
  loadReadiness,
  lockCampaign,
  moveCampaign,
  type Campaign,
} from '../../db/campaigns';
import { readBindingPackIds } from '../../db/rule-packs';
import { checkCampaignReadiness } from '../../domain/campaign-readiness';
import { RING_TIMEOUT_MS, WRAP_UP_LIMIT_MS } from '../../domain/campaign-settings';
import { CAMPAIGN_STATES, commandCampaign } from '../../domain/campaign-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { autoStopSettings } from '../../domain/auto-stop-settings';
import { campaignReport } from '../campaign-report-view';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { packId } from '../rule-pack-view';
import { displayName, e164, id, idParams, instant, minorUnits } from '../schemas';

const days = z.number().int().min(0).max(36_500);
const filter = z
  .strictObject({
    minDaysPastDue: days.optional(),
    maxDaysPastDue: days.optional(),
    minAmountDueMinor: minorUnits.optional(),
    products: z.array(z.string().min(1).max(80)).min(1).max(100).optional(),
  })
  .describe('Which accounts of the creditor; an absent field does not narrow');

const ringTimeoutMs = z.number().int().min(RING_TIMEOUT_MS.min).max(RING_TIMEOUT_MS.max);
const wrapUpLimitMs = z.number().int().min(WRAP_UP_LIMIT_MS.min).max(WRAP_UP_LIMIT_MS.max);
const settings = z.strictObject({
  ringTimeoutMs: ringTimeoutMs.default(RING_TIMEOUT_MS.usual),
  wrapUpLimitMs: wrapUpLimitMs.default(WRAP_UP_LIMIT_MS.usual),
  callerId: e164.optional(),
  trunkIds: z.array(id).min(1).max(50).optional().describe('Absent: any enabled trunk'),
  autoStop: autoStopSettings.optional(),
  costCapMinor: minorUnits
    .optional()
    .describe('Most that its calls may cost before it stops; after a release counted anew'),
});

const fields = z.strictObject({
  name: displayName,
  poolIds: z.array(id).max(100),
  rulePacks: z
    .array(packId)
    .max(20)
    .describe('Packs on top of the law and of what the creditor names'),
  filter,
  settings,
});

const newCampaign = fields.extend({
  creditorId: id,
  poolIds: fields.shape.poolIds.default([]),
  rulePacks: fields.shape.rulePacks.default([]),
  filter: filter.prefault({}),
  settings: settings.prefault({}),
});

const campaign = z.object({
  id,
  creditorId: id,
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  stateSince: instant,
  version: z.number().int(),
  poolIds: z.array(id),
  rulePacks: z.array(z.string()),
  filter,
  settings: settings.extend({
    ringTimeoutMs: ringTimeoutMs.optional(),
    wrapUpLimitMs: wrapUpLimitMs.optional(),
  }),
  createdAt: instant,
  updatedAt: instant,
});

const tags = ['campaigns'];

const COMMANDS = {
  validate: 'Check a draft; ready when nothing is missing',
  start: 'Start, or go on after a pause',
  pause: 'Pause: no new attempt, calls in flight end by themselves',
  finish: 'Finish: drain, then done',
} as const;

export function campaignRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/campaigns',
    {
      schema: {
        tags,
        summary: 'Draft a campaign',
        headers: idempotencyHeaders,
        body: newCampaign,
        response: { 201: campaign },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => ({
        status: 201,
        body: await createCampaign(tx, { ...request.body, actor: actorOf(request) }),
      })),
  );

  api.get(
    '/v1/campaigns',
    {
      schema: {
        tags,
        summary: 'List campaigns',
        querystring: pageQuery.extend({
          creditorId: id.optional(),
          state: z.enum(CAMPAIGN_STATES).optional(),
        }),
        response: { 200: pageOf(campaign) },
      },
    },
    async (request) => {
      const { creditorId = null, state = null } = request.query;
      const page = await listCampaigns(db, { creditorId, state }, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.get(
    '/v1/campaigns/:id',
    { schema: { tags, summary: 'One campaign', params: idParams, response: { 200: campaign } } },
    async (request) => found(await findCampaign(db, request.params.id), 'campaign'),
  );

  commandRoutes(api, context);
  reportRoutes(api, context);
}

/** What a person can ask for; the state machine says what is possible. */
function commandRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.patch(
    '/v1/campaigns/:id',
    {
      schema: {
        tags,
        summary: 'Edit: version n + 1; absent fields stay, a ready campaign is a draft again',
        params: idParams,
        body: fields.partial(),
        response: { 200: campaign },
      },
    },
    async (request) => {
      return db.transaction(async (tx) => {
        const locked = found(await lockCampaign(tx, request.params.id), 'campaign');
        return editCampaign(tx, locked, request.body, actorOf(request));
      });
    },
  );

  for (const command of ['validate', 'start', 'pause', 'finish'] as const) {
    api.post(
      `/v1/campaigns/:id/${command}`,
      {
        schema: {
          tags,
          summary: COMMANDS[command],
          headers: idempotencyHeaders,
          params: idParams,
          response: { 200: campaign },
        },
      },
      (request, reply) =>
        answerOnce(context, request, reply, async (tx) => {
          const locked = found(await lockCampaign(tx, request.params.id), 'campaign');
          // what the state forbids is said first
          commandCampaign(locked.state, command);
          if (command === 'validate' || command === 'start') {
            await requireReadiness(tx, locked);
          }
          return { status: 200, body: await moveCampaign(tx, locked, command, actorOf(request)) };
        }),
    );
  }
}

/** What came of a campaign; what it does not do, and why, is in why.ts. */
function reportRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/campaigns/:id/report',
    {
      schema: {
        tags,
        summary: 'Attempts, outcomes, promises and rates so far',
        params: idParams,
        response: { 200: campaignReport },
      },
    },
    async (request) => {
      found(await findCampaign(context.db, request.params.id), 'campaign');
      return loadCampaignReport(context.db, request.params.id);
    },
  );
}

/** @throws Problem `campaign_not_ready` listing everything that is missing. */
async function requireReadiness(tx: Transaction, locked: Campaign): Promise<void> {
  const errors = checkCampaignReadiness({
    ...(await loadReadiness(tx, locked)),
    poolIds: locked.poolIds,
    rulePacks: locked.rulePacks,
    knownRulePacks: await readBindingPackIds(tx),
    settings: locked.settings,
  });
  if (errors.length > 0) {
    throw new Problem('campaign_not_ready', 'It was left as it is.', { errors });
  }
}
