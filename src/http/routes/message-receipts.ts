import { z } from 'zod';
import { CHANNEL_SECRET, findChannelSecret } from '../../db/message-channels';
import type { Transaction } from '../../db/database';
import { findAsked, RECEIPT_STATES, recordReceipt } from '../../db/message-results';
import { unseal } from '../../db/sealed-secret';
import { answerSurvey } from '../../db/surveys';
import { isSignedBy } from '../../outbound/sign-delivery';
import type { Api, HttpContext } from '../api';
import { Problem } from '../problem';
import { id } from '../schemas';

const BODY_LIMIT_BYTES = 16 * 1_024;

const handedOver = id.describe('Of what was handed over, as it was told');
const receipt = z.union([
  z.object({
    id: handedOver,
    status: z.enum(RECEIPT_STATES),
    reason: z.string().max(200).optional().describe('Of a failure; without personal data'),
  }),
  z.object({ id: handedOver, status: z.literal('answered'), answer: z.int().min(1).max(5) }),
]);
type Receipt = z.output<typeof receipt>;

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
          'JSON: `{"id","status":"sent"|"delivered"|"failed"|"read","reason"}`, or of a survey ' +
          '`{"id","status":"answered","answer":1…5}`, signed with the channel’s secret as ' +
          'Standard Webhooks 1.0 within 5 minutes. Repeated, late and reordered receipts do no harm; of two ' +
          'answers the first counts.',
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
      const told = readReceipt(body);
      const isKnown = await platformDb.transaction((tx) => keep(tx, channelId, told, now));
      if (!isKnown) throw new Problem('not_found', 'This channel was handed no such message.');
      return reply.code(204).send();
    },
  );
}

/** @returns false: the channel was handed no such message */
async function keep(
  tx: Transaction,
  channelId: string,
  told: Receipt,
  now: Date,
): Promise<boolean> {
  const of = { channelId, sendId: told.id, now };
  if (told.status !== 'answered') {
    return recordReceipt(tx, { ...of, state: told.status, reason: told.reason ?? null });
  }
  const asked = await findAsked(tx, of);
  if (asked === null) return false;
  if (asked === 'no_question') {
    throw new Problem('invalid_request', 'This message asked no question.', { in: 'body' });
  }
  const actor = `message-channel:${channelId}`;
  await answerSurvey(tx, { id: asked.surveyId, answer: told.answer, actor });
  // who has answered it has read it
  return recordReceipt(tx, { ...of, state: 'read', reason: null });
}

function readReceipt(body: string): Receipt {
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
    accepted:
      'id of what was handed over; status sent, delivered, failed or read; or answered, with answer 1 to 5',
  }));
  throw new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors,
  });
}
