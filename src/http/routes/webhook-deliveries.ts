import { z } from 'zod';
import { DELIVERY_STATES, listDeliveries, resendDelivery } from '../../db/webhook-deliveries';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { recordAudit } from '../../db/audit';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { Problem } from '../problem';
import { id, idParams, instant } from '../schemas';

const tags = ['webhooks'];

const delivery = z.object({
  id,
  webhookId: id,
  creditorId: id,
  eventId: z.string().describe('As the receiver gets it, at every try the same'),
  type: z.string(),
  subject: id.nullable().describe('Whose events arrive in order'),
  state: z.enum(DELIVERY_STATES).describe('dead: given up after a day'),
  attempts: z.int(),
  nextAt: instant.nullable(),
  firstTriedAt: instant.nullable(),
  triedAt: instant.nullable(),
  status: z.int().nullable().describe('What the receiver answered'),
  failure: z.string().nullable(),
  endedAt: instant.nullable(),
  createdAt: instant,
});

/** Events on their way to webhooks. */
export function webhookDeliveryRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/webhook-deliveries',
    {
      schema: {
        tags,
        summary:
          'List deliveries; those that arrived are kept for a week, dead letters for 90 days',
        querystring: pageQuery.extend({
          webhookId: id.optional(),
          state: z.enum(DELIVERY_STATES).optional(),
        }),
        response: { 200: pageOf(delivery) },
      },
    },
    async (request) => {
      const { webhookId = null, state = null } = request.query;
      const filter = { webhookId, state };
      const page = await listDeliveries(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.post(
    '/v1/webhook-deliveries/:id/resend',
    {
      schema: {
        tags,
        summary: 'Send a dead letter once more, for another day',
        params: idParams,
        headers: idempotencyHeaders,
        response: { 202: delivery },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const resent = await resendDelivery(tx, request.params.id);
        if (resent === 'absent') throw new Problem('not_found', 'There is no such delivery.');
        if (resent === 'removed') throw new Problem('in_use', 'Its webhook was ended.');
        if (resent === 'not_dead') {
          throw new Problem('invalid_transition', 'Only a dead letter is sent again.', {
            allowed: [],
          });
        }
        await recordAudit(tx, {
          ...{ creditorId: resent.creditorId, actor: actorOf(request) },
          ...{ action: 'webhook_delivery.resent', subject: 'webhook_delivery', reason: null },
          ...{ subjectId: resent.id, before: { state: 'dead' }, after: { state: 'queued' } },
        });
        return { status: 202, body: resent };
      }),
  );
}
