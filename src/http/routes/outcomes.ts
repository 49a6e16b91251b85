import { z } from 'zod';
import {
  findOutcome,
  listOutcomes,
  recordOutcome,
  type Outcome,
  type OutcomeResult,
} from '../../db/outcomes';
import { readPromiseWarnings } from '../../db/promise-warnings';
import { readAttempt } from '../../db/read/attempts';
import {
  AGENT_OUTCOME_CODES,
  OUTCOME_CODES,
  PAYMENT_METHODS,
  ROOT_CAUSES,
} from '../../domain/outcome-code';
import type { OutcomeInput } from '../../domain/outcome-input';
import { NEEDS } from '../../domain/outcome-needs';
import { PROMISE_STATES } from '../../domain/promise';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { saidText } from '../said-text';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { currency, givenInstant, id, idParams, instant, isoDate, minorUnits } from '../schemas';

const tags = ['outcomes'];

const body = z.strictObject({
  code: z.enum(AGENT_OUTCOME_CODES),
  rootCause: z.enum(ROOT_CAUSES).optional().describe('Why in arrears; needed with RPC_ codes'),
  note: z.string().trim().min(1).max(2_000).optional(),
  callbackAt: givenInstant.optional().describe('Needed with RPC_CALLBACK'),
  promise: z
    .strictObject({
      amountMinor: minorUnits,
      dueDate: isoDate.describe(
        'In the debtor’s calendar, as far ahead as the creditor’s policy lets it be',
      ),
      method: z.enum(PAYMENT_METHODS),
    })
    .optional()
    .describe('Needed with RPC_PTP'),
});

const promiseState = z.enum(PROMISE_STATES);
const outcome = z.object({
  id,
  attemptId: id,
  creditorId: id,
  accountId: id,
  code: z.enum(OUTCOME_CODES),
  rootCause: z.string().nullable(),
  note: z.string().nullable(),
  callbackAt: instant.nullable(),
  promise: z
    .object({
      id,
      amountMinor: minorUnits,
      currency,
      dueDate: isoDate,
      method: z.string(),
      state: promiseState,
    })
    .nullable(),
  missing: z
    .array(z.enum(NEEDS))
    .nullable()
    .describe('What the guided conversation lacked for it; null: it was not asked'),
  recordedBy: z.string(),
  recordedAt: instant,
});
const recordedOutcome = outcome.extend({
  warnings: z
    .array(z.object({ field: z.string(), code: z.string(), said: saidText }))
    .describe('To be told to the person; it is recorded all the same'),
});
const workQuery = pageQuery.extend({ campaignId: id.optional(), accountId: id.optional() });

/** What was said. An agent sees and records its own alone. */
export function outcomeRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/attempts/:id/outcome',
    {
      schema: {
        tags,
        summary: 'Record what came of a talk; ends the wrap-up',
        headers: idempotencyHeaders,
        params: idParams,
        body,
        response: { 201: recordedOutcome },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const result = await recordOutcome(tx, {
          attemptId: request.params.id,
          onlyAgentId: ownWorkOnly(request),
          input: inputOf(request.body),
          actor: actorOf(request),
        });
        const { outcome: recorded, ...answer } = answerOf(context, result);
        const { accountId, promise } = recorded;
        const dueDate = promise?.dueDate ?? null;
        const warnings =
          dueDate === null ? [] : await readPromiseWarnings(tx, { accountId, dueDate });
        return { ...answer, body: { ...recorded, warnings } };
      }),
  );

  api.get(
    '/v1/attempts/:id/outcome',
    { schema: { tags, summary: 'Its outcome', params: idParams, response: { 200: outcome } } },
    async (request) => {
      const own = ownWorkOnly(request);
      const attempt = found(await readAttempt(db, request.params.id, own), 'attempt');
      return found(await findOutcome(db, attempt.id), 'outcome yet');
    },
  );

  listRoutes(api, context);
}

function listRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/outcomes',
    {
      schema: {
        tags,
        summary: 'List outcomes',
        querystring: workQuery.extend({ code: z.enum(OUTCOME_CODES).optional() }),
        response: { 200: pageOf(outcome) },
      },
    },
    async (request) => {
      const { campaignId = null, accountId = null, code = null } = request.query;
      const filter = { agentId: ownWorkOnly(request), campaignId, accountId, code };
      return pageAnswer(await listOutcomes(db, filter, pageRequest(request.query)), (row) => row);
    },
  );
}

function inputOf(input: z.output<typeof body>): OutcomeInput {
  const { code, rootCause = null, note = null, callbackAt, promise: promised } = input;
  return {
    code,
    rootCause,
    note,
    callbackAt: callbackAt === undefined ? null : new Date(callbackAt),
    promise:
      promised === undefined ? null : { ...promised, amountMinor: BigInt(promised.amountMinor) },
  };
}

/** @throws Problem for everything that was not recorded. */
function answerOf(
  context: HttpContext,
  result: OutcomeResult,
): Omit<Answer, 'body'> & { readonly outcome: Outcome } {
  switch (result.kind) {
    case 'not_found':
      throw new Problem('not_found', 'There is no such attempt.');
    case 'caller_unknown':
      throw new Problem(
        'caller_unknown',
        'Say who called with POST /v1/me/call/identify, or go on with POST /v1/me/session/ready.',
      );
    case 'no_talk':
      throw new Problem('no_talk', 'An outcome is recorded after a talk has ended.', {
        state: result.state,
        result: result.result,
      });
    case 'conflict':
      throw new Problem('outcome_recorded', 'It stays as it was recorded first.');
    case 'invalid':
      throw new Problem('invalid_outcome', 'Nothing was recorded.', { errors: result.problems });
    case 'repeated':
      return { status: 201, outcome: result.outcome };
    case 'recorded':
      return {
        status: 201,
        outcome: result.outcome,
        afterCommit: async () => {
          const { released } = result;
          if (released?.state !== 'offline' || released.sipInstanceId === null) return;
          const job = { name: 'release_agent', sessionId: released.id } as const;
          await context.sipQueue.send(released.sipInstanceId, job);
        },
      };
  }
}
