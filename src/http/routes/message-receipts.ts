import { z } from 'zod';
import { CHANNEL_SECRET, findChannelSecret } from '../../db/message-channels';
import { RECEIPT_STATES, recordReceipt } from '../../db/message-results';
import { unseal } from '../../db/sealed-secret';
import { isSignedBy } from '../../outbound/sign-delivery';
import type { Api, HttpContext } from '../api';
import { Problem } from '../problem';
import { id } from '../schemas';

const BODY_LIMIT_BYTES = 16 * 1_024;

const receipt = z.object({
  id: id.describe('Of what was handed over, as it was told'),
  status: z.enum(RECEIPT_STATES),
  reason: z.string().max(200).optional().describe('Of a failure; without personal data'),
});

/** What gateways report of messages that they took. */
export function messageReceiptRoutes(api: Api, context: HttpContext): void {
  // in a scope of its own: only here is a body the text that was signed
  api.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    receiptRoute(scope.withTypeProvider(), context);
    done();
  });
}

function receiptRoute(api: Api, { platformDb, secretKey }: HttpContext): void {
  api.post(
    '/v1/message-channels/:channelId/receipts',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags: ['messages'],
        summary: 'A gateway tells what became of a message',
        description:
          'JSON: `{"id","status":"sent"|"delivered"|"failed"|"read","reason"}`, signed with the channel’s secret as ' +
          'Standard Webhooks 1.0 within 5 minutes. Repeated, late and reordered receipts do no harm.',
        security: [],
        params: z.strictObject({ channelId: id }),
        headers: z.object({
          'webhook-id': z.string().optional(),
          'webhook-timestamp': z.string().optional(),
          'webhook-signature': z.string().optional(),
        }),
        response: { 204: z.undefined().describe('Kept') },
      },
    },
    async (request, reply) => {
      const { channelId } = request.params;
      const channel = await findChannelSecret(platformDb, channelId);
      if (channel === null) throw new Problem('not_found', 'There is no such channel.');
      const secret = unseal(secretKey, CHANNEL_SECRET, channel.secretSealed);
      const body = (request.body as string | undefined) ?? '';
      const now = new Date();
      if (!isSignedBy(secret, request.headers, body, now)) {
        throw new Problem('unauthenticated', 'It is not signed with the secret of this channel.');
      }
      const { id: sendId, status: state, reason = null } = readReceipt(body);
      const told = { channelId, sendId, state, reason, now };
      const isKnown = await platformDb.transaction((tx) => recordReceipt(tx, told));
      if (!isKnown) throw new Problem('not_found', 'This channel was handed no such message.');
      return reply.code(204).send();
    },
  );
}

function readReceipt(body: string): z.output<typeof receipt> {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    throw new Problem('malformed_body', 'It is not JSON.');
  }
  const parsed = receipt.safeParse(read);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    reason: message,
    accepted: 'id of what was handed over; status sent, delivered, failed or read',
  }));
  throw new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors,
  });
}
