import { z } from 'zod';
import { findCallback, listCallbacks, moveCallbackTo, type Callback } from '../../db/callbacks';
import { CALLBACK_STATES } from '../../domain/callback';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { givenTimeAhead } from '../given-time-ahead';
import { found } from '../problem';
import { recordAudit } from '../../db/audit';
import { givenInstant, id, idParams, instant, reasonText } from '../schemas';

const tags = ['callbacks'];

const callback = z.object({
  id,
  creditorId: id,
  campaignId: id,
  accountId: id,
  attemptId: id.describe('The talk in which it was agreed'),
  agentId: id.describe('Who agreed it, and is asked first'),
  at: instant,
  state: z.enum(CALLBACK_STATES),
  notBefore: instant.nullable().describe('The rules refuse it until then'),
  cause: z.string(),
  keptAttemptId: id.nullable().describe('By which it is kept, or made up for'),
  movedTo: id.nullable(),
  createdAt: instant,
  changedAt: instant,
});

/** Calls that people were promised; an agent sees its own. */
export function callbackRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/callbacks',
    {
      schema: {
        tags,
        summary: 'List callbacks: those that wait and those that were missed, or any',
        querystring: pageQuery.extend({
          campaignId: id.optional(),
          agentId: id.optional(),
          state: z.enum(CALLBACK_STATES).optional().describe('Left out: due, offered and missed'),
        }),
        response: { 200: pageOf(callback) },
      },
    },
    async (request) => {
      const { campaignId = null, state = null } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const filter = { agentId, campaignId, state, open: state === null };
      const page = await listCallbacks(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, callbackView);
    },
  );

  api.post(
    '/v1/callbacks/:id/move',
    {
      schema: {
        tags,
        summary: 'Put it at another time: another one stands in its place',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ at: givenInstant, reason: reasonText }),
        response: { 201: callback },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const at = givenTimeAhead('at', request.body.at, context.gate.clock());
        const named = await findCallback(tx, request.params.id);
        const own = ownWorkOnly(request);
        const before = found(own === null || named?.agentId === own ? named : null, 'callback');
        const actor = actorOf(request);
        const moved = found(
          await moveCallbackTo(tx, before.id, { at, agentId: null, actor }),
          'callback',
        );
        await recordAudit(tx, {
          ...{ creditorId: moved.creditorId, actor, action: 'callback.moved' },
          ...{ subject: 'callback', subjectId: before.id, reason: request.body.reason },
          before: { at: before.at.toISOString() },
          after: { at: at.toISOString(), callbackId: moved.id },
        });
        return { status: 201, body: callbackView(moved) };
      }),
  );
}

function callbackView(row: Callback): z.output<typeof callback> {
  const { debtorId: _debtor, phoneId: _phone, changedBy: _actor, ...shown } = row;
  return shown;
}
