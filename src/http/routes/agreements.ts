import { z } from 'zod';
import { listApprovals } from '../../db/agreement-approvals';
import { findAgreement, listAgreements } from '../../db/agreements';
import { cancelAgreement } from '../../db/cancel-agreement';
import { decideApproval } from '../../db/decide-approval';
import { findRecordedAcceptance } from '../../db/read/agreement-document';
import { AGREEMENT_STATES } from '../../domain/agreement';
import { APPROVAL_STATES } from '../../domain/agreement-approval';
import { recordedOffsetMs } from '../../domain/agreement-document';
import { AGREEMENT_KINDS, AUTHORITIES } from '../../domain/option';
import { authorityOf } from '../../domain/option-facts';
import { agreementAnswer, agreementView, approvalAnswer, approvalView } from '../agreement-view';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, reasonText } from '../schemas';
import { sendAgreementDocument } from '../send-agreement-document';

const tags = ['agreements'];
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** What was agreed with debtors, and the second person's word. */
export function agreementRoutes(api: Api, context: HttpContext): void {
  readRoutes(api, context);
  approvalRoutes(api, context);

  api.post(
    '/v1/agreements/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Take an agreement back',
        description: 'What it still waited for is ended, and the account may be called again.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: agreementAnswer },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const by = { reason: request.body.reason, actor: actorOf(request) };
        const cancelled = await cancelAgreement(tx, request.params.id, by);
        return { status: 200, body: agreementView(found(cancelled, 'agreement')) };
      }),
  );
}

const acceptedAnswer = z
  .object({ recordingId: id, offsetMs: z.number().int().describe('From its start') })
  .nullable()
  .describe('Where the person can be heard to accept it; null: not recorded, or not stored yet');

function readRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/agreements',
    {
      schema: {
        tags,
        summary: 'List agreements; an agent sees those it made',
        querystring: pageQuery.extend({
          accountId: id.optional().describe('With all its versions'),
          attemptId: id.optional(),
          kind: z.enum(AGREEMENT_KINDS).optional(),
          state: z.enum(AGREEMENT_STATES).optional(),
        }),
        response: { 200: pageOf(agreementAnswer) },
      },
    },
    async (request) => {
      const { accountId = null, attemptId = null, kind = null, state = null } = request.query;
      const filter = { agentId: ownWorkOnly(request), accountId, attemptId, kind, state };
      const page = pageRequest(request.query);
      return pageAnswer(await listAgreements(context.db, filter, page), agreementView);
    },
  );

  api.get(
    '/v1/agreements/:id',
    {
      schema: {
        tags,
        summary: 'Read an agreement with its text, and where in the recording it was accepted',
        params: idParams,
        response: { 200: agreementAnswer.extend({ accepted: acceptedAnswer }) },
      },
    },
    async (request) => {
      const own = ownWorkOnly(request);
      const agreement = found(await findAgreement(context.db, request.params.id, own), 'agreement');
      const recorded = await findRecordedAcceptance(context.db, agreement.id);
      const offsetMs = recorded && recordedOffsetMs(recorded.acceptedAt, recorded);
      return {
        ...agreementView(agreement),
        accepted:
          recorded === null || offsetMs === null
            ? null
            : { recordingId: recorded.recordingId, offsetMs },
      };
    },
  );
  documentRoute(api, context);
}

function documentRoute(api: Api, context: HttpContext): void {
  api.get(
    '/v1/agreements/:id/document',
    {
      schema: {
        tags,
        summary: 'The agreement as PDF, in both languages; each request is kept in the audit',
        description:
          'Parties, what was owed when it was accepted, terms, instalments, the text and its SHA-256, who ' +
          'approved, and the second of the recording at which it was offered, accepted and repeated. The ' +
          'same agreement is the same bytes, until a second person decides or the recording is stored.',
        params: idParams,
        response: { 200: z.string().describe('application/pdf') },
      },
    },
    (request, reply) => sendAgreementDocument(context, request, reply, request.params.id),
  );
}

function approvalRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/approvals',
    {
      schema: {
        tags,
        summary: 'List what waits for a second person’s word',
        querystring: pageQuery.extend({
          state: z.enum(APPROVAL_STATES).optional(),
          open: flag.optional().describe('true: unanswered, in time or late'),
          needsRole: z.enum(AUTHORITIES).exclude(['agent']).optional(),
        }),
        response: { 200: pageOf(approvalAnswer) },
      },
    },
    async (request) => {
      const { state = null, open: isOpen = null, needsRole = null } = request.query;
      const page = pageRequest(request.query);
      return pageAnswer(
        await listApprovals(context.db, { state, isOpen, needsRole }, page),
        approvalView,
      );
    },
  );

  for (const [action, to] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const) {
    api.post(
      `/v1/approvals/:id/${action}`,
      {
        schema: {
          tags,
          summary: to === 'approved' ? 'Let the agreement be made' : 'Do not let it be made',
          description:
            to === 'approved'
              ? 'By another person than the one who asked, with the authority that it needs. A late yes makes the agreement as well, and the person gets it in writing.'
              : 'By another person than the one who asked. Who was told to hear of us gets a message.',
          params: idParams,
          headers: idempotencyHeaders,
          body:
            to === 'approved'
              ? z.strictObject({ reason: reasonText.optional() })
              : z.strictObject({ reason: reasonText }),
          response: { 200: z.object({ approval: approvalAnswer, agreement: agreementAnswer }) },
        },
      },
      (request, reply) =>
        answerOnce(context, request, reply, async (tx) => {
          const decided = await decideApproval(tx, {
            ...{ id: request.params.id, to, actor: actorOf(request) },
            reason: request.body.reason ?? null,
            authority: authorityOf(callerOf(request).role),
          });
          return { status: 200, body: answerOfDecision(decided) };
        }),
    );
  }
}

function answerOfDecision(decided: Awaited<ReturnType<typeof decideApproval>>): unknown {
  switch (decided.kind) {
    case 'not_found':
      throw new Problem('not_found', 'There is no such approval.');
    case 'same_person':
      throw new Problem('second_person_needed', 'Whoever asked does not answer.');
    case 'no_authority':
      throw new Problem('forbidden', `It needs the word of a ${decided.needsRole}.`, {
        needsRole: decided.needsRole,
      });
    case 'stale':
      throw new Problem('superseded', `It cannot be made any more: ${decided.reason}.`);
    case 'decided':
    case 'repeated': {
      const { approval, agreement } = decided;
      return { approval: approvalView(approval), agreement: agreementView(agreement) };
    }
  }
}
