import { z } from 'zod';
import { findAttempt } from '../../db/attempts';
import { readCollectionPolicy } from '../../db/collection-policies';
import { judgePhraseMark, listPhraseMarks, markPhrase } from '../../db/phrase-marks';
import { tellTranscript } from '../../db/transcripts';
import { PHRASE_CATEGORIES, PHRASE_CATEGORY_WORDS } from '../../domain/forbidden-phrase';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { saidText } from '../said-text';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['conversations'];
const category = z.enum(PHRASE_CATEGORIES);
const ms = z.number().int().min(0).max(86_400_000);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const phraseMark = z.object({
  id,
  attemptId: id,
  creditorId: id,
  agentId: id.describe('Who said it'),
  category,
  categorySaid: saidText,
  phrase: z.string().nullable().describe('Of the policy’s list; null: it is not on it'),
  policyVersion: z.number().int(),
  at: instant,
  recordingOffsetMs: z.number().int().nullable().describe('Null: not recorded, or not stored yet'),
  quote: z.string().nullable().describe('Null: the policy keeps none'),
  source: z.enum(['transcriber', 'supervisor']),
  markedBy: z.string(),
  markedAt: instant,
  verdict: z.enum(['upheld', 'dismissed']).nullable().describe('Null: nobody has listened yet'),
  verdictBy: z.string().nullable(),
  verdictAt: instant.nullable(),
  verdictReason: z.string().nullable(),
});
type Row = Awaited<ReturnType<typeof markPhrase>>;
const view = (row: Row): z.output<typeof phraseMark> => ({
  ...row,
  categorySaid: PHRASE_CATEGORY_WORDS[row.category],
});

/** Phrases that no agent may say: as a transcriber hears them live, or a supervisor afterwards. */
export function phraseMarkRoutes(api: Api, context: HttpContext): void {
  transcriptRoute(api, context);
  listRoute(api, context);
  markRoute(api, context);
  reviewRoute(api, context);
}

function transcriptRoute(api: Api, context: HttpContext): void {
  const chunk = z
    .strictObject({
      seq: z.int().min(0).max(1_000_000).describe('Counts up within the talk'),
      speaker: z.enum(['agent', 'customer']),
      startMs: ms.describe('Since the two were joined'),
      endMs: ms,
      text: z.string().max(2_000).describe('What was said, whole sentences where it can be'),
    })
    .refine(({ startMs, endMs }) => startMs <= endMs, {
      path: ['endMs'],
      message: 'not before startMs',
    });
  api.post(
    '/v1/attempts/:id/transcript',
    {
      schema: {
        tags,
        summary: 'A transcriber tells what was said in a talk, as it goes on',
        description:
          'With a key of the role `transcriber`, which may do nothing else. Forbidden phrases (the collection ' +
          'policy’s `speech`) that the agent said are marked, and told at once to the agent and supervisors ' +
          '(`conversation.phrase_flagged`). What the customer says is never marked. The text is not kept. Parts ' +
          'that were told before change nothing.',
        params: idParams,
        body: z.strictObject({ chunks: z.array(chunk).min(1).max(50) }),
        response: {
          200: z.object({
            taken: z.number().int().describe('Parts that were not told before'),
            flagged: z.number().int(),
          }),
        },
      },
    },
    async (request) => {
      const { chunks } = request.body;
      const told = await context.db.transaction((tx) =>
        tellTranscript(tx, request.params.id, { chunks, actor: actorOf(request) }),
      );
      if (told.kind === 'no_attempt') throw new Problem('not_found', 'There is no such attempt.');
      if (told.kind === 'no_talk') {
        throw new Problem(
          'no_talk',
          'The two of it were never joined: nothing can have been said.',
        );
      }
      return { taken: told.taken, flagged: told.marks.length };
    },
  );
}

function listRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/phrase-marks',
    {
      schema: {
        tags,
        summary: 'Forbidden phrases that were said; an agent sees its own',
        querystring: pageQuery.extend({
          agentId: id.optional(),
          creditorId: id.optional(),
          attemptId: id.optional(),
          category: category.optional(),
          reviewed: flag.optional().describe('false: nobody has listened yet'),
        }),
        response: { 200: pageOf(phraseMark) },
      },
    },
    async (request) => {
      const { creditorId = null, attemptId = null, reviewed: isReviewed = null } = request.query;
      const agentId = ownWorkOnly(request) ?? request.query.agentId ?? null;
      const { category: of = null } = request.query;
      const filter = { agentId, creditorId, attemptId, category: of, isReviewed };
      return pageAnswer(await listPhraseMarks(db, filter, pageRequest(request.query)), view);
    },
  );
}

function markRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/attempts/:id/phrase-marks',
    {
      schema: {
        tags,
        summary: 'A supervisor marks what an agent said; without a transcriber, or beside it',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          category,
          offsetMs: ms.describe('Since the two were joined'),
          quote: z
            .string()
            .regex(/^\S[^\p{Cc}\p{Cs}]{0,158}\S$/u, '2 to 160 characters in one line')
            .optional()
            .describe('The words, short; not kept where the policy keeps none'),
        }),
        response: { 201: phraseMark },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { category: of, offsetMs, quote = null } = request.body;
        const attempt = found(await findAttempt(tx, request.params.id), 'attempt');
        const { id: attemptId, creditorId, agentId, connectedAt } = attempt;
        if (connectedAt === null) {
          throw new Problem(
            'no_talk',
            'The two of it were never joined: nothing can have been said.',
          );
        }
        const { version, policy } = await readCollectionPolicy(tx, creditorId);
        const mark = await markPhrase(tx, {
          ...{ attemptId, creditorId, agentId, category: of, phrase: null, seq: null },
          policyVersion: version,
          at: new Date(connectedAt.getTime() + offsetMs),
          quote: policy.speech.keep === 'quotes' ? quote : null,
          ...{ source: 'supervisor', markedBy: actorOf(request) },
        });
        return { status: 201, body: view(mark) };
      }),
  );
}

function reviewRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/phrase-marks/:id/review',
    {
      schema: {
        tags,
        summary: 'Somebody has listened: was it said so? What was dismissed counts nowhere',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ verdict: z.enum(['upheld', 'dismissed']), reason: reasonText }),
        response: { 200: phraseMark },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const word = { ...request.body, actor: actorOf(request) };
        const judged = await judgePhraseMark(tx, request.params.id, word);
        return { status: 200, body: view(found(judged, 'phrase mark')) };
      }),
  );
}
