import { z } from 'zod';
import { answerProposal, cancelPromise, type PromiseAnswer } from '../../db/promise-answers';
import { recordPromise } from '../../db/record-promise';
import { findPromise, listPromises, type PromiseRow } from '../../db/read/promises';
import { CANCEL_REASONS, PROMISE_REASONS, PROMISE_STATES } from '../../domain/promise';
import { PAYMENT_METHODS } from '../../domain/outcome-code';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { currency, id, idParams, instant, isoDate, minorUnits, reasonText } from '../schemas';

const tags = ['promises'];

const state = z.enum(PROMISE_STATES);
const reason = z.enum(PROMISE_REASONS);
const promise = z.object({
  id,
  creditorId: id,
  accountId: id,
  debtorId: id,
  attemptId: id.nullable().describe('The talk in which it was made'),
  agreementId: id.nullable().describe('It is an instalment of this agreement'),
  number: z.int().describe('Its place in the agreement'),
  amountMinor: minorUnits,
  keptMinor: minorUnits.describe('What came for it in time'),
  currency,
  dueDate: isoDate,
  method: z.string(),
  state,
  graceUntil: instant.nullable().describe('The last instant at which money is in time'),
  approveUntil: instant.nullable().describe('It waits for a supervisor’s yes, at most until then'),
  decidedAt: instant.nullable(),
  decidedReason: reason.nullable(),
  supersedes: id.nullable(),
  supersededBy: id.nullable(),
  createdAt: instant,
});
const history = promise.extend({
  thresholdPercent: z.int().describe('Kept when this share of it came in time'),
  graceDays: z.int(),
  policyVersion: z.int().describe('Of the collection policy that it was made under'),
  changes: z
    .array(
      z.object({
        at: instant,
        from: state.nullable(),
        to: state,
        keptMinor: minorUnits,
        reason,
        note: z.string().nullable(),
        cause: z.string().describe('Which change of a fact made us look'),
        actor: z.string(),
      }),
    )
    .describe('The oldest first'),
});

/** Promises to pay: an agent sees its own; supervisors approve and cancel. */
export function promiseRoutes(api: Api, context: HttpContext): void {
  recordRoute(api, context);
  readRoutes(api, context);
  answerRoute(api, context, { path: 'approve', isYes: true, summary: 'Say yes to a proposed one' });
  answerRoute(api, context, { path: 'reject', isYes: false, summary: 'Say no to a proposed one' });

  api.post(
    '/v1/promises/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel one that still waits, and say why; its account is called again',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ reason: z.enum(CANCEL_REASONS), note: reasonText.optional() }),
        response: { 200: history },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason: why, note = null } = request.body;
        const asked = { id: request.params.id, reason: why, note, actor: actorOf(request) };
        refuse(await cancelPromise(tx, asked));
        return { status: 200, body: found(await findPromise(tx, asked.id, null), 'promise') };
      }),
  );
}

function recordRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/promises',
    {
      schema: {
        tags,
        summary: 'Keep a promise that was made outside a call of ours',
        description:
          'In a branch, by message, or in the system before this one. It may be overdue, and is judged at once.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          accountId: id,
          amountMinor: minorUnits,
          dueDate: isoDate.describe(
            'In the debtor’s calendar, up to 30 days ago, and ahead as the policy says',
          ),
          method: z.enum(PAYMENT_METHODS),
        }),
        response: { 201: history },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { body } = request;
        const amountMinor = BigInt(body.amountMinor);
        const recorded = await recordPromise(tx, {
          ...{ ...body, amountMinor },
          actor: actorOf(request),
        });
        switch (recorded.kind) {
          case 'no_account':
            throw new Problem('unknown_reference', 'No account has this id.', {
              field: 'accountId',
            });
          case 'refused':
            throw new Problem('invalid_fact', 'Nothing was recorded.', {
              errors: recorded.problems,
            });
          case 'recorded':
            return {
              status: 201,
              body: found(await findPromise(tx, recorded.id, null), 'promise'),
            };
        }
      }),
  );
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/promises',
    {
      schema: {
        tags,
        summary: 'List promises to pay',
        querystring: pageQuery.extend({
          campaignId: id.optional(),
          accountId: id.optional(),
          debtorId: id.optional(),
          agreementId: id.optional(),
          state: state.optional(),
          dueFrom: isoDate.optional(),
          dueTo: isoDate.optional(),
        }),
        response: { 200: pageOf(promise) },
      },
    },
    async (request) => {
      const { query } = request;
      const filter = {
        agentId: ownWorkOnly(request),
        campaignId: query.campaignId ?? null,
        accountId: query.accountId ?? null,
        debtorId: query.debtorId ?? null,
        agreementId: query.agreementId ?? null,
        state: query.state ?? null,
        dueFrom: query.dueFrom ?? null,
        dueTo: query.dueTo ?? null,
      };
      const page = await listPromises(db, filter, pageRequest(query));
      return pageAnswer(page, (row: PromiseRow) => row);
    },
  );

  api.get(
    '/v1/promises/:id',
    {
      schema: {
        tags,
        summary: 'A promise with every change of it',
        params: idParams,
        response: { 200: history },
      },
    },
    async (request) =>
      found(await findPromise(db, request.params.id, ownWorkOnly(request)), 'promise'),
  );
}

function answerRoute(
  api: Api,
  context: HttpContext,
  { path, isYes, summary }: { path: 'approve' | 'reject'; isYes: boolean; summary: string },
): void {
  api.post(
    `/v1/promises/:id/${path}`,
    {
      schema: {
        tags,
        summary,
        description: 'Not by whoever proposed it.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ note: reasonText.optional() }),
        response: { 200: history },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { note = null } = request.body;
        const asked = { id: request.params.id, isYes, note, actor: actorOf(request) };
        refuse(await answerProposal(tx, asked));
        return { status: 200, body: found(await findPromise(tx, asked.id, null), 'promise') };
      }),
  );
}

/** @throws Problem when nothing was done. */
function refuse(answer: PromiseAnswer): void {
  if (answer === 'not_found') throw new Problem('not_found', 'There is no such promise.');
  if (answer === 'same_person') {
    throw new Problem(
      'second_person_needed',
      'This key proposed it. Another person answers, with a key of their own.',
    );
  }
}
