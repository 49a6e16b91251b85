import { z } from 'zod';
import { findCall, listCalls, type CallRow } from '../../db/read/calls';
import {
  listAttempts,
  readAttempt,
  readAttemptQuality,
  readTimeline,
  type AttemptRow,
} from '../../db/read/attempts';
import { ATTEMPT_RESULTS } from '../../domain/attempt-result';
import { ATTEMPT_STATES } from '../../domain/attempt-state';
import { CALL_PURPOSES } from '../../domain/call-facts';
import { CALL_MODES } from '../../domain/call-mode';
import type { Role } from '../../domain/role';
import { ANNOUNCEMENT_CLASSES } from '../../domain/carrier-announcement';
import { EARLY_MEDIA } from '../../domain/early-media';
import type { Api, HttpContext } from '../api';
import { callerOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, instantText, showNumber, shownNumber } from '../schemas';

const tags = ['attempts'];

const attempt = z.object({
  id,
  creditorId: id,
  direction: z.enum(['out', 'in']),
  campaignId: id.nullable().describe('Null, and the version: a call that came in'),
  campaignVersion: z.number().int().nullable(),
  accountId: id.nullable().describe('Null, and the debtor: who called is not known'),
  debtorId: id.nullable(),
  agentId: id,
  trunkId: id.nullable(),
  phone: shownNumber.nullable().describe('Null: the caller withheld it'),
  state: z.enum(ATTEMPT_STATES),
  stateSince: instant,
  result: z.enum(ATTEMPT_RESULTS).nullable(),
  sipStatus: z.number().int().nullable(),
  endedBy: z.string().nullable(),
  purpose: z.enum(CALL_PURPOSES),
  mode: z
    .enum(CALL_MODES)
    .nullable()
    .describe('manual: an agent asked for it; null: a call that came in'),
  safeMessageMs: z
    .number()
    .int()
    .nullable()
    .describe('How long a debtor whom nobody could be joined to heard a message'),
  recordingNoticeMs: z
    .number()
    .int()
    .nullable()
    .describe('How long the debtor heard that the talk is recorded'),
  overtimeMs: z
    .number()
    .int()
    .nullable()
    .describe('How long the talk ran on after the hours ended; null: there was none'),
  outcomeCode: z
    .string()
    .nullable()
    .describe(
      'NOT_RECORDED: the wrap-up ended without one; the account is blocked until it is filled',
    ),
  createdAt: instant,
  dialedAt: instant.nullable(),
  ringingAt: instant.nullable(),
  answeredAt: instant.nullable(),
  connectedAt: instant.nullable(),
  endedAt: instant.nullable(),
});

const quality = z
  .object({
    packets: z.number().int(),
    bytes: z.number().int(),
    packetsLost: z.number().int().nullable(),
    jitterMs: z.number().nullable(),
    mos: z.number().nullable().describe('Mean opinion score, 1.0 to 5.0'),
    roundTripMs: z.number().nullable(),
  })
  .nullable()
  .describe(
    'Packets and bytes that this side sent, as the media engine counted them; null: no engine saw ' +
      'it. Loss, jitter, MOS and round trip are of what this side heard, and null unless it ' +
      'reported them (RTCP). What is kept from it while muted or on hold counts as lost',
  );
const oneAttempt = attempt.extend({
  mediaQuality: z.object({ customer: quality, agent: quality }),
});

const timeline = z.object({
  items: z.array(
    z.object({
      at: instant,
      from: z.enum(ATTEMPT_STATES).nullable(),
      to: z.enum(ATTEMPT_STATES),
      cause: z.string(),
      actor: z.string(),
      detail: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});

const leg = z.object({
  id,
  kind: z.enum(['customer', 'agent']).describe('customer: by a trunk; agent: to a softphone'),
  trunkId: id.nullable(),
  agentId: id.nullable(),
  sipCallId: z.string().nullable(),
  callerId: z
    .string()
    .nullable()
    .describe('The number shown to the debtor; null: not an INVITE of ours to one'),
  invitedAt: instantText.nullable(),
  ringingAt: instantText.nullable(),
  answeredAt: instantText.nullable(),
  joinedAt: instantText
    .nullable()
    .describe('With the debtor, or the debtor with us, from then until endedAt'),
  endedAt: instantText.nullable(),
  transferId: id.nullable().describe('That it was opened for; null: of the call itself'),
  postDialDelayMs: z
    .number()
    .int()
    .nullable()
    .describe('Of a customer: from the INVITE to the first 18x, or the answer'),
  earlyMedia: z
    .enum(EARLY_MEDIA)
    .nullable()
    .describe(
      'Before the answer: ringback is our tone (180), carrier_ringback the carrier’s (180 with a ' +
        'description), early_audio the carrier’s without a ringing phone (183), as an announcement',
    ),
  announcement: z
    .object({ id, class: z.enum(ANNOUNCEMENT_CLASSES).nullable() })
    .nullable()
    .describe(
      'What the carrier said before it refused (see /v1/carrier-announcements), and what that was taken for then; ' +
        'null: nothing was heard, always so without a media engine',
    ),
  sipStatus: z.number().int().nullable(),
  endedBy: z.string().nullable(),
  mediaQuality: quality,
});
const call = z.object({
  id,
  attemptId: id,
  creditorId: id,
  startedAt: instant,
  bridgedAt: instant.nullable(),
  endedAt: instant.nullable(),
  legs: z.array(leg),
});

/** Attempts and their calls; an agent sees its own alone. */
export function attemptRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/attempts',
    {
      schema: {
        tags,
        summary: 'List attempts',
        querystring: pageQuery.extend({
          direction: z.enum(['out', 'in']).optional(),
          campaignId: id.optional(),
          accountId: id.optional(),
          agentId: id.optional(),
          state: z.enum(ATTEMPT_STATES).optional(),
          result: z.enum(ATTEMPT_RESULTS).optional(),
          outcomeMissing: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
        }),
        response: { 200: pageOf(attempt) },
      },
    },
    async (request) => {
      const { campaignId = null, accountId = null, state = null, result = null } = request.query;
      const { outcomeMissing = null, direction = null } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const filter = { direction, agentId, campaignId, accountId, state, result, outcomeMissing };
      const page = await listAttempts(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => attemptView(row, callerOf(request).role));
    },
  );

  api.get(
    '/v1/attempts/:id',
    { schema: { tags, summary: 'One attempt', params: idParams, response: { 200: oneAttempt } } },
    async (request) => {
      const row = found(await readAttempt(db, request.params.id, ownWorkOnly(request)), 'attempt');
      const mediaQuality = await readAttemptQuality(db, row.id);
      return { ...attemptView(row, callerOf(request).role), mediaQuality };
    },
  );

  api.get(
    '/v1/attempts/:id/timeline',
    {
      schema: {
        tags,
        summary: 'Every change of its state, oldest first',
        params: idParams,
        response: { 200: timeline },
      },
    },
    async (request) => {
      const row = await readAttempt(db, request.params.id, ownWorkOnly(request));
      return { items: await readTimeline(db, found(row, 'attempt').id) };
    },
  );

  callRoutes(api, context);
}

function callRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/calls',
    {
      schema: {
        tags: ['calls'],
        summary: 'List calls with their legs',
        querystring: pageQuery.extend({ campaignId: id.optional(), attemptId: id.optional() }),
        response: { 200: pageOf(call) },
      },
    },
    async (request) => {
      const { campaignId = null, attemptId = null } = request.query;
      const filter = { agentId: ownWorkOnly(request), campaignId, attemptId };
      return pageAnswer(await listCalls(db, filter, pageRequest(request.query)), callView);
    },
  );

  api.get(
    '/v1/calls/:id',
    {
      schema: { tags: ['calls'], summary: 'One call', params: idParams, response: { 200: call } },
    },
    async (request) =>
      callView(found(await findCall(db, request.params.id, ownWorkOnly(request)), 'call')),
  );
}

function attemptView(row: AttemptRow, role: Role): z.output<typeof attempt> {
  const { e164, ...shown } = row;
  return { ...shown, phone: e164 === null ? null : showNumber(e164, role) };
}

function callView(row: CallRow): z.output<typeof call> {
  return row;
}
