import { z } from 'zod';
import { DELIVERY_STATES, keepDelivery, processDelivery } from '../../db/payment-deliveries';
import { openPaymentSource } from '../../db/payment-sources';
import type { Api, HttpContext } from '../api';
import { signatureFault, type SignatureFault } from '../payment-signature';
import { Problem } from '../problem';
import { id } from '../schemas';

const BODY_LIMIT_BYTES = 64 * 1_024;

const FAULTS: Readonly<Record<SignatureFault, string>> = {
  unsigned:
    'Send santun-timestamp (seconds since 1970) and santun-signature (v1=<hex of the HMAC-SHA256 of "<timestamp>.<body>">).',
  wrong_signature: 'The signature is not that of this body and timestamp under the secret.',
  out_of_window: 'The timestamp is more than 5 minutes from now: sign the delivery anew.',
};

/**
 * What payment providers tell. Kept byte for byte once its signature is good, and only then looked at:
 * nothing that was answered 200 is lost, whatever it says.
 */
export function paymentWebhookRoutes(api: Api, context: HttpContext): void {
  // in a scope of its own: only here is a body the bytes that were signed
  api.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    webhookRoute(scope.withTypeProvider(), context);
    done();
  });
}

function webhookRoute(api: Api, { platformDb, secretKey }: HttpContext): void {
  api.post(
    '/v1/payment-webhooks/:sourceId',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags: ['payments'],
        summary: 'A provider tells of a payment or its reversal',
        description:
          'JSON: `{"type":"payment.received","paymentId","amountMinor","currency","paidAt",' +
          '"accountExternalId" or "reference","method"}` or `{"type":"payment.reversed","paymentId",' +
          '"reason"}`. Signed within 5 minutes. Repeated, late and reordered deliveries do no harm. ' +
          '200 says that it is kept; `refused`: it cannot be understood, and people are told.',
        security: [],
        params: z.strictObject({ sourceId: id }),
        headers: z.object({
          'santun-timestamp': z.string().optional(),
          'santun-signature': z.string().optional(),
        }),
        response: {
          200: z.object({
            deliveryId: id,
            state: z
              .enum(DELIVERY_STATES)
              .describe('received: kept, and done in a moment; failed: kept, and people are told'),
          }),
        },
      },
    },
    async (request) => {
      const source = await openPaymentSource(platformDb, secretKey, request.params.sourceId);
      if (source === null) throw new Problem('not_found', 'There is no such payment source.');
      // none at all is signed as nothing
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      const { 'santun-timestamp': timestamp, 'santun-signature': signature } = request.headers;
      const fault = signatureFault(source.secret, body, { timestamp, signature }, new Date());
      if (fault !== null) throw new Problem('unauthenticated', FAULTS[fault]);
      const deliveryId = await keepDelivery(platformDb, source, body);
      const state = await processDelivery(platformDb, deliveryId).catch((error: unknown) => {
        // it is kept: the workers do what it tells, and the provider need not send it again
        request.log.warn({ err: error, deliveryId }, 'a payment waits for the workers');
        return 'received' as const;
      });
      return { deliveryId, state };
    },
  );
}
