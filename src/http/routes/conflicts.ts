import { z } from 'zod';
import { findConflict, listConflicts, type Conflict } from '../../db/conflicts';
import { readTalk } from '../../db/conversations';
import { readLessonFigures } from '../../db/lessons';
import { readCollectionPolicy } from '../../db/collection-policies';
import { signReflection, topTriggers, writeReflection } from '../../db/reflections';
import { readAttempt } from '../../db/read/attempts';
import { findCreditor } from '../../db/read/creditors';
import { TRIGGERS, TRIGGER_WORDS, type Trigger } from '../../domain/conflict-trigger';
import { conversationStep } from '../../domain/conversation-step';
import { chooseLessons } from '../../domain/lesson';
import { ROOT_CAUSES } from '../../domain/outcome-code';
import { reflectionInput, signOffInput } from '../../domain/reflection';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { lesson, said } from '../guide-view';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { givenInstant, id, idParams, instant, instantText, isoDate } from '../schemas';

const tags = ['conversations'];

const conflict = z.object({
  id,
  attemptId: id,
  creditorId: id,
  accountId: id,
  debtorId: id,
  agentId: id,
  beganAt: instant,
  peak: z.number().int().describe('1 to 5'),
  calmedAt: instant.nullable(),
  calmedAfterMs: z.number().int().nullable(),
  helpAsked: z.boolean(),
  rootCause: z.string().nullable(),
  coolDownUntil: instant.describe('The person is not called until then'),
  breakTakenAt: instant.nullable(),
  reflectionDueAt: instant,
  reflection: z
    .object({
      whatHappened: z.string(),
      trigger: z.enum(TRIGGERS),
      whatWorked: z.string(),
      prevention: z.object({ action: z.string(), owner: z.string(), dueOn: isoDate }),
      writtenBy: z.string(),
      writtenAt: instantText,
      signedBy: z.string().nullable(),
      signedAt: instantText.nullable(),
      lesson: z.string().nullable(),
    })
    .nullable(),
});
const view = (row: Conflict): z.output<typeof conflict> => row as z.output<typeof conflict>;

/** Conflicts and what was learnt of them. An agent sees and reflects on its own. */
export function conflictRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/conflicts',
    {
      schema: {
        tags,
        summary: 'List conflicts',
        querystring: pageQuery.extend({
          agentId: id.optional(),
          debtorId: id.optional(),
          trigger: z.enum(TRIGGERS).optional(),
          reflected: z.enum(['true', 'false']).optional().describe('false: still to be written'),
        }),
        response: { 200: pageOf(conflict) },
      },
    },
    async (request) => {
      const { debtorId = null, trigger = null, reflected } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const isReflected = reflected === undefined ? null : reflected === 'true';
      const filter = { agentId, debtorId, trigger, isReflected };
      const page = await listConflicts(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, view);
    },
  );

  api.get(
    '/v1/conflicts/:id',
    { schema: { tags, summary: 'One conflict', params: idParams, response: { 200: conflict } } },
    async (request) => {
      const own = ownWorkOnly(request);
      return view(found(await findConflict(context.db, request.params.id, own), 'conflict'));
    },
  );

  reflectionRoutes(api, context);
  learningRoutes(api, context);
}

function reflectionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/conflicts/:id/reflection',
    {
      schema: {
        tags,
        summary: 'What happened, what set it off, what worked, and what prevents it',
        params: idParams,
        headers: idempotencyHeaders,
        body: reflectionInput,
        response: { 201: conflict },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const by = { onlyAgentId: ownWorkOnly(request), actor: actorOf(request) };
        const { id: conflictId } = request.params;
        const written = found(await writeReflection(tx, conflictId, request.body, by), 'conflict');
        if (written.kind === 'other')
          throw new Problem('already_exists', 'Its reflection stays as it was written first.');
        if (written.kind === 'no_agent')
          throw new Problem('unknown_reference', 'prevention.owner: there is no such agent.');
        return { status: 201, body: view(written.conflict) };
      }),
  );

  api.post(
    '/v1/conflicts/:id/reflection/sign-off',
    {
      schema: {
        tags,
        summary: 'Read and talked about; its prevention becomes a task, its lesson is shown',
        params: idParams,
        headers: idempotencyHeaders,
        body: signOffInput,
        response: { 200: conflict },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { params, body } = request;
        const signed = await signReflection(tx, params.id, body, actorOf(request));
        return { status: 200, body: view(found(signed, 'conflict')) };
      }),
  );
}

const WEEK_MS = 7 * 86_400_000;

function learningRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/conflict-triggers',
    {
      schema: {
        tags,
        summary: 'The five that set off most conflicts; of the last week unless asked otherwise',
        querystring: z.strictObject({
          from: givenInstant.optional(),
          to: givenInstant.optional(),
        }),
        response: {
          200: z.object({
            triggers: z.array(
              z.object({
                trigger: z.enum(TRIGGERS),
                said,
                conflicts: z.number().int(),
                meanPeak: z.number(),
                medianCalmedAfterMs: z.number().int().nullable(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const to = request.query.to === undefined ? new Date() : new Date(request.query.to);
      const { from: asked } = request.query;
      const from = asked === undefined ? new Date(to.getTime() - WEEK_MS) : new Date(asked);
      const rows = await topTriggers(db, { from, to }, 5);
      const triggers = rows.map((row) => ({
        ...row,
        trigger: row.trigger as Trigger,
        said: TRIGGER_WORDS[row.trigger as Trigger],
      }));
      return { triggers };
    },
  );

  lessonRoutes(api, context);
}

function lessonRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/creditors/:id/lessons',
    {
      schema: {
        tags,
        summary: 'Which way out was kept best for a root cause, with its evidence',
        description: 'Talks are compared, never agents; only with enough of them to say so.',
        params: idParams,
        querystring: z.strictObject({ cause: z.enum(ROOT_CAUSES).optional() }),
        response: { 200: z.object({ lessons: z.array(lesson) }) },
      },
    },
    async ({ params, query }) => {
      const creditor = found(await findCreditor(db, params.id), 'creditor');
      const { policy } = await readCollectionPolicy(db, creditor.id);
      const figures = await readLessonFigures(db, creditor.id, query.cause ?? null);
      const { lessonMinimum } = policy.conversation;
      const causes = query.cause === undefined ? ROOT_CAUSES : [query.cause];
      return {
        lessons: causes.flatMap((cause) => chooseLessons(figures, cause, lessonMinimum)),
      };
    },
  );

  api.get(
    '/v1/attempts/:id/conversation',
    {
      schema: {
        tags,
        summary: 'What was told of a talk, step by step',
        params: idParams,
        response: {
          200: z.object({
            attemptId: id,
            steps: z.array(
              z.object({ at: instant, agentId: id.nullable(), step: conversationStep }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const own = ownWorkOnly(request);
      const attempt = found(await readAttempt(db, request.params.id, own), 'attempt');
      const { steps } = await readTalk(db, attempt.id);
      return { attemptId: attempt.id, steps: [...steps] };
    },
  );
}
