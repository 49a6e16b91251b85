import { z } from 'zod';
import { loadCampaignReport } from '../../db/campaign-report';
import { readUplift } from '../../../dialer/watch-uplift';
import { createCampaign, editCampaign } from '../../../dialer/write-campaign';
import {
  findCampaign,
  listCampaigns,
  lockCampaign,
  moveCampaign,
  type Campaign,
} from '../../db/campaigns';
import { autoStopSettings } from '../../domain/auto-stop-settings';
import { callerIdFields, oneWayOfCallerIds } from '../../domain/campaign-document/caller-ids';
import type { AccountFilter } from '../../domain/campaign-document/account-filter';
import { parseAccountFilter } from '../../domain/campaign-document/parse-campaign-document';
import {
  RING_TIMEOUT_MS,
  WRAP_UP_LIMIT_MS,
  type CallSettings,
  type CampaignSettings,
} from '../../domain/campaign-settings';
import { CAMPAIGN_STATES, commandCampaign } from '../../domain/campaign-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { campaignReport } from '../campaign-report-view';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { packId } from '../rule-pack-view';
import { requireReadiness } from '../require-readiness';
import { displayName, e164, id, idParams, instant, minorUnits, reasonText } from '../schemas';

const filter = z
  .looseObject({})
  .describe('Which accounts: `accounts` of the document, see GET /v1/campaign-document-schema');

const ringTimeoutMs = z.number().int().min(RING_TIMEOUT_MS.min).max(RING_TIMEOUT_MS.max);
const wrapUpLimitMs = z.number().int().min(WRAP_UP_LIMIT_MS.min).max(WRAP_UP_LIMIT_MS.max);
const settings = z
  .strictObject({
    ringTimeoutMs: ringTimeoutMs.default(RING_TIMEOUT_MS.usual),
    wrapUpLimitMs: wrapUpLimitMs.default(WRAP_UP_LIMIT_MS.usual),
    ...callerIdFields,
    trunkIds: z.array(id).min(1).max(50).optional().describe('Absent: any enabled trunk'),
    autoStop: autoStopSettings.optional(),
    costCapMinor: minorUnits
      .optional()
      .describe(
        'Most that its calls may cost before it stops, in the creditor’s currency, as their carriers bill every leg, transfers too; after a release counted anew. Trunks that bill in another currency are refused with it',
      ),
  })
  .superRefine((given, context) => {
    for (const { path, reason, accepted } of oneWayOfCallerIds(given, [])) {
      context.addIssue({ code: 'custom', path: [...path], message: accepted, params: { reason } });
    }
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
  reason: reasonText.optional().describe('Kept with the version'),
});

const newCampaign = fields.extend({
  creditorId: id,
  poolIds: fields.shape.poolIds.default([]),
  rulePacks: fields.shape.rulePacks.default([]),
  filter: filter.prefault({}),
  settings: settings.prefault({}),
});

/** A campaign in answers. */
export const campaign = z.object({
  id,
  creditorId: id,
  name: z.string(),
  state: z.enum(CAMPAIGN_STATES),
  stateSince: instant,
  version: z.number().int(),
  poolIds: z.array(id),
  rulePacks: z.array(z.string()).describe('With those that follow from its hours and courtesy'),
  filter,
  settings: z
    .looseObject({
      ringTimeoutMs: ringTimeoutMs.optional(),
      wrapUpLimitMs: wrapUpLimitMs.optional(),
      callerId: e164.optional(),
      callerIds: z.array(e164).readonly().optional(),
      callerIdByProvince: z.record(z.string(), e164).optional(),
      trunkIds: z.array(id).readonly().optional(),
      costCapMinor: minorUnits.optional(),
    })
    .describe('And what else its document says'),
  createdAt: instant,
  updatedAt: instant,
});

/** Interfaces as the plain objects that the schemas speak of. */
export const campaignView = ({ filter, settings, ...rest }: Campaign) => ({
  ...rest,
  filter: { ...filter },
  settings: { ...settings },
});

const tags = ['campaigns'];

const COMMANDS = {
  validate: 'Check a draft; ready when nothing is missing',
  start: 'Start, or go on after a pause',
  pause: 'Pause: no new attempt, calls in flight end by themselves',
  finish: 'Finish: drain, then done',
  archive: 'Put out of sight what is done or was never begun; what it did stays',
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
        body: await createCampaign(tx, {
          ...request.body,
          filter: filterOf(request.body.filter),
          actor: actorOf(request),
          reason: request.body.reason ?? 'drafted over the API',
        }),
      })),
  );

  api.get(
    '/v1/campaigns',
    {
      schema: {
        tags,
        summary: 'List campaigns; archived ones only when they are asked for',
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
      return pageAnswer(page, campaignView);
    },
  );

  api.get(
    '/v1/campaigns/:id',
    { schema: { tags, summary: 'One campaign', params: idParams, response: { 200: campaign } } },
    async (request) => campaignView(found(await findCampaign(db, request.params.id), 'campaign')),
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
        summary:
          'Edit: version n + 1, also while it runs; absent fields stay, a ready one is a draft again',
        params: idParams,
        body: fields.partial(),
        response: { 200: campaign },
      },
    },
    async (request) => {
      return db.transaction(async (tx) => {
        const locked = found(await lockCampaign(tx, request.params.id), 'campaign');
        const { settings: call, filter: chosen, reason, ...rest } = request.body;
        const edited = await editCampaign(tx, locked, {
          ...given(rest),
          ...(chosen === undefined ? {} : { filter: filterOf(chosen) }),
          ...(call === undefined ? {} : { settings: withCallSettings(locked.settings, call) }),
          actor: actorOf(request),
          reason: reason ?? 'edited over the API',
        });
        if (edited.state === 'running') await requireReadiness(tx, edited);
        return campaignView(edited);
      });
    },
  );

  for (const command of ['validate', 'start', 'pause', 'finish', 'archive'] as const) {
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
      const scope = { creditorId: null, campaignId: request.params.id, since: new Date(0) };
      return {
        ...(await loadCampaignReport(context.db, request.params.id)),
        bestTime: await readUplift(context.db, scope),
      };
    },
  );
}

/** @throws Problem `invalid_request` naming every field of the filter that is not accepted. */
function filterOf(value: unknown): AccountFilter {
  const { filter: parsed, problems } = parseAccountFilter(value);
  if (parsed !== null) return parsed;
  throw new Problem('invalid_request', 'The filter is not accepted.', {
    in: 'body',
    errors: problems,
  });
}

/** These fields anew; what only a document sets stays. */
function withCallSettings(settings: CampaignSettings, call: CallSettings): CampaignSettings {
  const { ringTimeoutMs: _ring, wrapUpLimitMs: _wrapUp, ...others } = settings;
  const { callerId: _caller, trunkIds: _trunks, autoStop: _stop, ...rest } = others;
  const { costCapMinor: _cap, callerIds: _list, callerIdByProvince: _local, ...documented } = rest;
  return { ...documented, ...call };
}

/** Without what the request left out. */
function given<T extends object>(body: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
