import { z } from 'zod';
import { findAttempt } from '../../db/attempts';
import { readDebt } from '../../db/debts';
import { queueMessage } from '../../db/messages';
import { newPayReference } from '../../db/pay-reference';
import { listInstructions } from '../../db/payment-instructions';
import { findCreditor } from '../../db/read/creditors';
import { findAgentCall, type AgentCall } from '../../db/read/agent-call';
import type { Queryable } from '../../db/database';
import { sayPaymentDetails, wayWith } from '../../domain/payment-details';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { refuseUnidentified } from '../facts';
import { found, Problem } from '../problem';
import { currency, id, minorUnits } from '../schemas';
import { instructionSchema } from './debts';

const tags = ['agent desktop'];

/** Paying while the talk is on: how it can be done, and that in a message to the person's own number. */
export function mePaymentRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call/payment-details',
    {
      schema: {
        tags,
        summary: 'How the account of my call can be paid',
        response: {
          200: z.object({
            accountId: id,
            currency,
            totalMinor: minorUnits,
            items: z.array(instructionSchema),
          }),
        },
      },
    },
    async (request) => {
      const { call, debt, items } = await detailsOf(context.db, agentOf(request));
      const { currency: code, totalMinor } = debt;
      return {
        ...{
          accountId: call.accountId,
          currency: code,
          items: items.map((way) => wayWith(way, '')),
        },
        totalMinor: totalMinor.toString(),
      };
    },
  );

  sendRoute(api, context);
}

function sendRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/payment-details',
    {
      schema: {
        tags,
        summary: 'Send them to the person’s own number, once a call',
        description:
          'Sent as soon as the rules allow it; it counts as a contact. A QRIS is shown, not sent.',
        headers: idempotencyHeaders,
        response: { 202: z.object({ attemptId: id }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { call, debt, items } = await detailsOf(tx, agentOf(request));
        const payReference = newPayReference();
        const creditor = found(await findCreditor(tx, call.creditorId), 'creditor');
        const body = sayPaymentDetails({
          ...{ creditorName: creditor.name, ways: items, reference: payReference },
          ...{ amountMinor: debt.totalMinor, currency: debt.currency },
        });
        if (body === null)
          throw new Problem('not_found', 'The creditor has given nothing to send.');
        const { attemptId, creditorId, debtorId, accountId } = call;
        await queueMessage(tx, {
          ...{
            creditorId,
            debtorId,
            accountId,
            kind: 'payment_details',
            subjectId: attemptId,
            body,
            payReference,
          },
        });
        return { status: 202, body: { attemptId } };
      }),
  );
}

/** @throws Problem `no_call`, also while a third person is on the line; `identity_unconfirmed` */
async function detailsOf(db: Queryable, agentId: string) {
  const call: AgentCall | null = await findAgentCall(db, agentId);
  const attempt = call && (await findAttempt(db, call.attemptId));
  // whoever asks a third person says nothing of the debt
  if (call === null || attempt?.purpose !== 'collect')
    throw new Problem('no_call', 'You are not in a call with a debtor.');
  refuseUnidentified(call);
  const debt = found(await readDebt(db, call.accountId), 'account');
  return { call, debt, items: await listInstructions(db, call.accountId) };
}
