import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAudit } from '../../db/audit';
import { addEvidence, findCase, openCase, type CaseFile } from '../../db/cases';
import type { Transaction } from '../../db/database';
import { lockCase } from '../../db/decide-case';
import { listCaseEvidence, listCases, listStandingHolds } from '../../db/read/cases';
import { caseEvidence, caseInput } from '../../domain/case-input';
import { CASE_KINDS, CASE_RULES } from '../../domain/case-kind';
import { CASE_STATES } from '../../domain/case-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf, ownWorkOnly } from '../authenticate';
import { caseSummary, summaryView, wholeCase, wholeView } from '../case-view';
import { answerOfWrite } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found } from '../problem';
import { id, idParams, instant } from '../schemas';

const tags = ['cases'];

const evidence = z.object({
  id,
  kind: z.string(),
  body: z.string(),
  addedBy: z.string(),
  addedAt: instant,
});
const caseWithProof = wholeCase.extend({
  evidence: z.array(evidence).describe('As it was added: nothing of it can be changed'),
  holdIds: z.array(id).describe('What stands because of it'),
});

/** Disputes, hardship, complaints: taken in, worked on, decided. */
export function caseRoutes(api: Api, context: HttpContext): void {
  openRoute(api, context);
  readRoutes(api, context);
  evidenceRoute(api, context);
}

function openRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/cases',
    {
      schema: {
        tags,
        summary: 'Open a case from a message, a letter or a visit',
        description:
          'Its hold stands from the answer on: no call and no message leaves against it, what rings ' +
          'is cancelled, and nothing else stops than what its scope names. It is to be answered ' +
          'within the working days of the creditor’s policy.',
        headers: idempotencyHeaders,
        body: caseInput,
        response: { 200: caseSummary, 201: caseSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const write = await openCase(tx, request.body, { actor: actorOf(request) });
        const { role } = callerOf(request);
        return answerOfWrite(write, (file) => summaryView(file, role));
      }),
  );
}

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

function readRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/cases',
    {
      schema: {
        tags,
        summary: 'List cases; what was said stands in each alone',
        querystring: pageQuery.extend({
          debtorId: id.optional(),
          accountId: id.optional(),
          kind: z.enum(CASE_KINDS).optional(),
          state: z.enum(CASE_STATES).optional(),
          owner: z.string().max(60).optional(),
          overdue: flag.optional(),
        }),
        response: { 200: pageOf(caseSummary) },
      },
    },
    async (request) => {
      const { debtorId = null, accountId = null, kind = null, state = null } = request.query;
      const { owner = null, overdue = null } = request.query;
      const filter = { debtorId, accountId, kind, state, owner, isOverdue: overdue };
      const { role } = callerOf(request);
      const page = await listCases(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, (file) => summaryView(file, role));
    },
  );

  api.get(
    '/v1/cases/:id',
    {
      schema: {
        tags,
        summary: 'One case with its proof; of a restricted one each look is kept',
        params: idParams,
        response: { 200: caseWithProof },
      },
    },
    (request) =>
      context.db.transaction(async (tx) => {
        const file = found(await findShown(tx, request, request.params.id), 'case');
        if (CASE_RULES[file.kind].isRestricted) {
          await recordAudit(tx, {
            ...{ creditorId: file.creditorId, actor: actorOf(request), action: 'case.read' },
            ...{ subject: 'case', subjectId: file.id, before: null, after: null, reason: null },
          });
        }
        return {
          ...wholeView(file, callerOf(request).role),
          evidence: await listCaseEvidence(tx, file.id),
          holdIds: await listStandingHolds(tx, file.id),
        };
      }),
  );
}

/** To an agent the cases that were given to it alone, and none that are restricted. */
async function findShown(
  tx: Transaction,
  request: FastifyRequest,
  caseId: string,
): Promise<CaseFile | null> {
  const file = await findCase(tx, caseId);
  const agentId = ownWorkOnly(request);
  if (file === null || agentId === null) return file;
  const isOwn = file.owner === `agent:${agentId}` && !CASE_RULES[file.kind].isRestricted;
  return isOwn ? file : null;
}

function evidenceRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/cases/:id/evidence',
    {
      schema: {
        tags,
        summary: 'Add proof to a case; it stays as it is added',
        params: idParams,
        headers: idempotencyHeaders,
        body: caseEvidence,
        response: { 201: z.object({ evidence: z.array(evidence) }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: caseId } = found(await lockCase(tx, request.params.id), 'case');
        await addEvidence(tx, { caseId, evidence: request.body, actor: actorOf(request) });
        return { status: 201, body: { evidence: await listCaseEvidence(tx, caseId) } };
      }),
  );
}
