import { z } from 'zod';
import { findConsent, giveConsent, listConsents, withdrawConsent } from '../../db/consents';
import { CHANNELS, CONSENT_KINDS, consentInput } from '../../domain/consent-input';
import { localWindow } from '../../domain/local-window-input';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { answerOfWrite, callOfCaller, personOf, refuseGiven } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['consents'];

const consent = z.object({
  id,
  debtorId: id,
  creditorId: id.nullable().describe('Null: towards all creditors'),
  kind: z.enum(CONSENT_KINDS),
  phoneId: id.nullable(),
  channel: z.enum(CHANNELS).nullable(),
  purpose: z.string().nullable(),
  givenAt: instant,
  validFrom: instant.nullable(),
  validTo: instant.nullable(),
  windows: z.array(localWindow).nullable(),
  includesHolidays: z.boolean(),
  evidence: z.string(),
  source: z.string(),
  externalId: z.string().nullable(),
  capturedBy: z.string(),
  capturedAt: instant,
  withdrawnAt: instant.nullable(),
  withdrawnBy: z.string().nullable(),
  withdrawalReason: z.string().nullable(),
  withdrawalEvidence: z.string().nullable(),
});
type ConsentView = z.output<typeof consent>;

/** The consent ledger: only a rule that says so itself is lifted by one. */
export function consentRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/consents',
    {
      schema: {
        tags,
        summary: 'Record a consent, with its evidence',
        description:
          'time lifts hours where the rule lets it, within its windows and its validity; frequency ' +
          'lifts counts for 7 local days; locate lets a third person be asked once. An agent ' +
          'records it of the person of the own call and names nobody.',
        headers: idempotencyHeaders,
        body: consentInput.partial({ debtorId: true }),
        response: { 200: consent, 201: consent },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { body } = request;
        const call = await callOfCaller(tx, request);
        if (call !== null) refuseGiven(body, ['externalId', 'givenAt']);
        const debtorId = personOf(call, body.debtorId);
        const told =
          call === null
            ? {}
            : { source: 'call', evidence: `attempt ${call.attemptId}: ${body.evidence}` };
        const write = await giveConsent(tx, { ...body, debtorId, ...told }, actorOf(request));
        return answerOfWrite(write, (row) => row as ConsentView);
      }),
  );

  api.get(
    '/v1/consents',
    {
      schema: {
        tags,
        summary: 'List consents, those withdrawn too',
        querystring: pageQuery.extend({
          debtorId: id.optional(),
          kind: z.enum(CONSENT_KINDS).optional(),
          active: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: pageOf(consent) },
      },
    },
    async (request) => {
      const { debtorId = null, kind = null, active } = request.query;
      const filter = { debtorId, kind, active: active === undefined ? null : active === 'true' };
      const page = await listConsents(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row as ConsentView);
    },
  );

  api.get(
    '/v1/consents/:id',
    { schema: { tags, summary: 'One consent', params: idParams, response: { 200: consent } } },
    async (request) => found(await findConsent(db, request.params.id), 'consent') as ConsentView,
  );

  withdrawRoute(api, context);
}

function withdrawRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/consents/:id/withdraw',
    {
      schema: {
        tags,
        summary: 'Withdraw a consent; acts at once',
        description:
          'What rests on it no longer leaves, what rings is cancelled. Withdrawing the consent to ' +
          'be called at all (channel voice) stops calls as a hold does, until a newer consent.',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ reason: reasonText, evidence: reasonText.optional() }),
        response: { 200: consent },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const call = await callOfCaller(tx, request);
        const { id: consentId } = request.params;
        if (call !== null) {
          personOf(call, found(await findConsent(tx, consentId), 'consent').debtorId);
        }
        const { reason, evidence } = request.body;
        const told = call === null ? null : `attempt ${call.attemptId}`;
        const input = {
          id: consentId,
          reason,
          evidence: evidence ?? told,
          actor: actorOf(request),
        };
        const body = found(await withdrawConsent(tx, input), 'consent');
        return { status: 200, body };
      }),
  );
}
