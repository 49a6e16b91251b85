import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  decideCase,
  REMEDIES,
  workOnCase,
  type CaseCaller,
  type CaseChange,
  type CaseWork,
} from '../../db/decide-case';
import type { Transaction } from '../../db/database';
import type { TaskAssignee } from '../../domain/task-kind';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { summaryView, caseSummary } from '../case-view';
import { refusedBody } from '../facts';
import { Problem } from '../problem';
import { givenInstant, idParams, minorUnits, reasonText } from '../schemas';

const tags = ['cases'];

const owner = z
  .string()
  .regex(
    /^(role:(supervisor|manager)|agent:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    'role:supervisor, role:manager or agent:<id>',
  );

/** What is done with a case, by whom its kind lets do it: blame is compliance’s alone. */
export function caseWorkRoutes(api: Api, context: HttpContext): void {
  decideRoute(api, context);
  ownerRoutes(api, context);
  protectionRoutes(api, context);
}

const schema = { tags, params: idParams, headers: idempotencyHeaders } as const;
const response = { 200: caseSummary };

function ownerRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/cases/:id/assign',
    {
      schema: {
        ...schema,
        summary: 'Give it to somebody',
        body: z.strictObject({ owner }),
        response,
      },
    },
    (request, reply) =>
      work(context, request, reply, {
        work: 'assign',
        owner: request.body.owner as TaskAssignee,
      }),
  );
  api.post(
    '/v1/cases/:id/sort',
    {
      schema: {
        ...schema,
        summary: 'Say which dispute, hardship or vulnerability it is',
        body: z.strictObject({ type: z.string().max(40) }),
        response,
      },
    },
    (request, reply) => work(context, request, reply, { work: 'sort', type: request.body.type }),
  );
  api.post(
    '/v1/cases/:id/move',
    {
      schema: {
        ...schema,
        summary: 'Look at it, or wait for a document',
        body: z.strictObject({ to: z.enum(['in_review', 'waiting']) }),
        response,
      },
    },
    (request, reply) => work(context, request, reply, { work: 'move', to: request.body.to }),
  );
}

function protectionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/cases/:id/end',
    {
      schema: {
        ...schema,
        summary: 'End protection that was granted: its holds are lifted',
        body: z.strictObject({ reason: reasonText }),
        response,
      },
    },
    (request, reply) => work(context, request, reply, { work: 'end', reason: request.body.reason }),
  );
  api.post(
    '/v1/cases/:id/extend',
    {
      schema: {
        ...schema,
        summary: 'Let protection that was granted stand on',
        body: z.strictObject({ reviewAt: givenInstant, reason: reasonText }),
        response,
      },
    },
    (request, reply) =>
      work(context, request, reply, {
        work: 'extend',
        reviewAt: new Date(request.body.reviewAt),
        reason: request.body.reason,
      }),
  );
}

function decideRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/cases/:id/decide',
    {
      schema: {
        tags,
        summary: 'Decide a case; what follows is done with it',
        description:
          'Rejected or withdrawn: its holds are lifted, and what waited is due at once. Upheld: a ' +
          'dispute closes or adjusts the account, protection stands until it is looked at again. ' +
          'Where a case is answered, the person gets the reason as a message.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          decision: z.enum(['upheld', 'rejected', 'withdrawn']),
          reason: reasonText,
          remedy: z.enum(REMEDIES).optional().describe('Of a dispute that is upheld'),
          adjustMinor: minorUnits.optional().describe('With adjust: what is taken off'),
          reviewAt: givenInstant.optional().describe('Of hardship or vulnerability upheld'),
        }),
        response: { 200: caseSummary },
      },
    },
    (request, reply) =>
      answer(context, request, reply, (tx, caller) => {
        const { decision, reason, remedy = null, adjustMinor, reviewAt } = request.body;
        return decideCase(
          tx,
          request.params.id,
          {
            ...{ decision, reason, remedy },
            adjustMinor: adjustMinor === undefined ? null : BigInt(adjustMinor),
            reviewAt: reviewAt === undefined ? null : new Date(reviewAt),
          },
          caller,
        );
      }),
  );
}

function work(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  wish: CaseWork,
): Promise<never> {
  const { id } = request.params as { readonly id: string };
  return answer(context, request, reply, (tx, caller) => workOnCase(tx, id, wish, caller));
}

function answer(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  change: (tx: Transaction, caller: CaseCaller) => Promise<CaseChange>,
): Promise<never> {
  const { role } = callerOf(request);
  return answerOnce(context, request, reply, async (tx) =>
    answerOf(await change(tx, { actor: actorOf(request), role }), role),
  );
}

function answerOf(change: CaseChange, role: CaseCaller['role']): Answer {
  switch (change.kind) {
    case 'changed':
      return { status: 200, body: summaryView(change.file, role) };
    case 'not_found':
      throw new Problem('not_found', 'There is no such case.');
    case 'forbidden':
      throw new Problem('forbidden', 'What is said of one of us is compliance’s to decide.', {
        allowedRoles: change.allowedRoles,
      });
    case 'invalid': {
      const { field, reason, accepted } = change.problem;
      throw refusedBody(field, reason, accepted);
    }
  }
}
