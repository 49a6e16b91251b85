import { z } from 'zod';
import { listRelations } from '../../db/relations';
import { answerSurvey, listSurveys } from '../../db/surveys';
import { findDebtor } from '../../db/read/debtors';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant } from '../schemas';

const tags = ['relations'];

const relation = z.object({
  creditorId: id,
  score: z.number().int().describe('0 to 100, from 50 on by the points; nothing gets harder by it'),
  track: z.enum(['standard', 'soft']).describe('soft: more days between two calls'),
  gapDays: z.number().int().nullable(),
  points: z.array(
    z.object({
      part: z.string(),
      n: z.number().int(),
      points: z.number().int(),
      said: z.object({ id: z.string(), en: z.string() }),
    }),
  ),
  countedAt: instant,
});

const survey = z.object({
  id,
  attemptId: id,
  creditorId: id,
  accountId: id,
  askedAt: instant,
  answer: z.number().int().nullable().describe('1 (not at all) to 5 (fully)'),
  answeredAt: instant.nullable(),
});

/** How it stands between people and creditors, and what people say of it. */
export function relationRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/debtors/:id/relations',
    {
      schema: {
        tags,
        summary: 'How it stands with a person, with every point',
        params: idParams,
        response: { 200: z.object({ items: z.array(relation) }) },
      },
    },
    async (request) => {
      const debtor = found(await findDebtor(context.db, request.params.id), 'debtor');
      return { items: await listRelations(context.db, debtor.id) };
    },
  );
  surveyRoutes(api, context);
}

function surveyRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/surveys',
    {
      schema: {
        tags,
        summary: 'Questions that followed a talk, and their answers',
        querystring: pageQuery.extend({
          answered: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
        }),
        response: { 200: pageOf(survey) },
      },
    },
    async (request) => {
      const filter = { isAnswered: request.query.answered ?? null };
      const page = await listSurveys(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => row);
    },
  );

  api.post(
    '/v1/surveys/:id/answer',
    {
      schema: {
        tags,
        summary: 'The person has answered, once',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ answer: z.int().min(1).max(5) }),
        response: { 200: survey },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { answer } = request.body;
        const input = { id: request.params.id, answer, actor: actorOf(request) };
        const answered = found(await answerSurvey(tx, input), 'survey');
        if (answered === 'answered') {
          throw new Problem('already_exists', 'It was answered before, otherwise.', {
            field: 'answer',
          });
        }
        return { status: 200, body: answered };
      }),
  );
}
