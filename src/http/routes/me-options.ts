import { z } from 'zod';
import { findApprovalOf } from '../../db/agreement-approvals';
import { findLastAgreement } from '../../db/agreements';
import { makeAgreement } from '../../db/make-agreement';
import { offerOptions } from '../../db/option-sets';
import { refuseOffer } from '../../db/refuse-offer';
import { ROOT_CAUSES } from '../../domain/outcome-code';
import { agreementAnswer, agreementView, approvalAnswer, approvalView } from '../agreement-view';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf } from '../authenticate';
import { callOfCaller, refuseUnidentified } from '../facts';
import { optionsAnswer, optionsView } from '../option-schemas';
import { found, Problem } from '../problem';
import { id, isoDate, minorUnits, reasonText } from '../schemas';
import { sendAgreementDocument } from '../send-agreement-document';

const tags = ['agent desktop'];

const ability = z.strictObject({
  incomeMinor: minorUnits.describe('A month’s'),
  fixedCostMinor: minorUnits.describe('A month’s: rent, food, school'),
  otherDebtsMinor: minorUnits.describe('A month’s instalments to other lenders'),
  nextIncomeOn: isoDate.optional().describe('Where the account is'),
});

/** What may be offered in my call, and what comes of it; during the talk and its wrap-up. */
export function meOptionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/options',
    {
      schema: {
        tags,
        summary: 'Reckon what may be offered in my call, best first',
        description:
          'From the debt, the cause, the ability as it was told and what was agreed before, under the creditor’s policy; from nothing else. It is kept: facts, offers and what was not offered. The same facts again are the same offers, until what was accepted of them is over: then they can be accepted anew.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          rootCause: z.enum(ROOT_CAUSES),
          ability: ability.optional().describe('Absent: as it was told before in this talk'),
        }),
        response: { 200: optionsAnswer },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const call = found(await callOfCaller(tx, request), 'call');
        refuseUnidentified(call);
        const { rootCause, ability: told } = request.body;
        const kept = await offerOptions(tx, call, {
          ...{ rootCause, agentId: agentOf(request), actor: actorOf(request), authority: 'agent' },
          ability:
            told === undefined
              ? null
              : {
                  incomeMinor: BigInt(told.incomeMinor),
                  fixedCostMinor: BigInt(told.fixedCostMinor),
                  otherDebtsMinor: BigInt(told.otherDebtsMinor),
                  nextIncomeOn: told.nextIncomeOn ?? null,
                },
        });
        return { status: 200, body: optionsView(found(kept, 'account')) };
      }),
  );

  refusalRoute(api, context);
  agreementRoute(api, context);
  lastAgreementRoute(api, context);
  documentRoute(api, context);
}

function refusalRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/offers/:id/refuse',
    {
      schema: {
        tags,
        summary: 'The person does not want this offer',
        params: z.strictObject({ id }),
        headers: idempotencyHeaders,
        body: z.strictObject({ why: reasonText.describe('In the person’s words') }),
        response: { 200: z.object({ offerId: id, answer: z.literal('refused') }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const call = found(await callOfCaller(tx, request), 'call');
        const offerId = request.params.id;
        const { why } = request.body;
        const answer = await refuseOffer(tx, call, { offerId, why, agentId: agentOf(request) });
        if (found(answer, 'offer to this person') === 'chosen')
          throw new Problem(
            'invalid_transition',
            'It was accepted: an agreement is cancelled by a supervisor.',
          );
        return { status: 200, body: { offerId, answer: 'refused' as const } };
      }),
  );
}

function agreementRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/agreements',
    {
      schema: {
        tags,
        summary: 'The person accepts an offer',
        description:
          'In force at once, with its text sent to the person; or `pending_approval`, where the offer needs a second person: supervisors get the event `agreement.approval_requested`, the agent `agreement.approval_decided`, or `agreement.approval_late` with `confirmBy`, the time at which the person is told to hear of us.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          offerId: id,
          reason: reasonText.optional().describe('Of a deferment: why'),
          hasEvidence: z
            .boolean()
            .default(false)
            .describe('Of a deferment: was it shown what speaks for it?'),
        }),
        response: { 200: agreementAnswer, 201: agreementAnswer },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const call = found(await callOfCaller(tx, request), 'call');
        const { offerId, reason = null, hasEvidence } = request.body;
        const acceptance = { offerId, reason, hasEvidence, actor: actorOf(request) };
        const made = await makeAgreement(tx, call, acceptance);
        switch (made.kind) {
          case 'no_offer':
            throw new Problem('not_found', 'There is no such offer to this person.');
          case 'refused': {
            const { field, reason: why } = made.problem;
            throw new Problem('invalid_fact', `${field}: ${why}.`, { errors: [made.problem] });
          }
          case 'repeated':
            return { status: 200, body: agreementView(made.agreement) };
          case 'made':
            return { status: 201, body: agreementView(made.agreement) };
        }
      }),
  );
}

function lastAgreementRoute(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call/agreement',
    {
      schema: {
        tags,
        summary: 'What was agreed last in my call, and the second person’s word on it',
        response: {
          200: z.object({
            agreement: agreementAnswer,
            approval: approvalAnswer.nullable().describe('Null: it needs nobody’s word'),
          }),
        },
      },
    },
    async (request) => {
      const { attemptId } = found(await callOfCaller(context.db, request), 'call');
      const last = found(await findLastAgreement(context.db, attemptId), 'agreement in this call');
      const approval = await findApprovalOf(context.db, last);
      return {
        agreement: agreementView(last),
        approval: approval === null ? null : approvalView(approval),
      };
    },
  );
}

function documentRoute(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call/agreement/document',
    {
      schema: {
        tags,
        summary: 'What was agreed last in my call, as PDF; each request is kept in the audit',
        description:
          'The same bytes as `GET /v1/agreements/{id}/document`, until the wrap-up is over: it names the person.',
        response: { 200: z.string().describe('application/pdf') },
      },
    },
    async (request, reply) => {
      const call = found(await callOfCaller(context.db, request), 'call');
      refuseUnidentified(call);
      const last = await findLastAgreement(context.db, call.attemptId);
      const { id: agreementId } = found(last, 'agreement in this call');
      return sendAgreementDocument(context, request, reply, agreementId);
    },
  );
}
