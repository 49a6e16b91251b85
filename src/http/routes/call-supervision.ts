import { z } from 'zod';
import { findAttempt, type Attempt } from '../../db/attempts';
import type { Transaction } from '../../db/database';
import {
  changeSupervisionMode,
  findOpenSupervision,
  findSupervision,
  listSupervisions,
  lockSupervision,
  readSoftphoneStanding,
  requestSupervision,
  requestSupervisionEnd,
  type Supervision,
} from '../../db/supervisions';
import { SUPERVISION_MODES, SUPERVISION_STATES } from '../../domain/supervision';
import { TransitionError } from '../../domain/transition-error';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['supervision'];
const mode = z
  .enum(SUPERVISION_MODES)
  .describe('listen: nobody hears me; whisper: the agent alone; barge: everybody in the talk');

const supervision = z.object({
  id,
  attemptId: id,
  agentId: id,
  softphoneAgentId: id,
  mode,
  state: z.enum(SUPERVISION_STATES),
  cause: z.string().describe('Why it is in this state, in one word'),
  tellAgent: z.boolean(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: instant,
  startedAt: instant.nullable().describe('The talk is heard since'),
  endedAt: instant.nullable(),
});

const body = z.strictObject({
  mode: mode.default('listen'),
  softphoneAgentId: id.describe(
    'Whose softphone rings for me: an agent account that is registered and not ready for calls',
  ),
  tellAgent: z.boolean().default(false).describe('The agent gets the event call.supervised'),
  reason: reasonText,
});

/** A supervisor listens to a talk, whispers to its agent, or joins in; who did is kept for good. */
export function callSupervisionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/attempts/:id/supervision',
    {
      schema: {
        tags,
        summary: 'Hear a talk over my softphone; it rings, and hanging up ends it',
        params: idParams,
        headers: idempotencyHeaders,
        body,
        response: { 202: supervision },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const attempt = found(await findAttempt(tx, request.params.id), 'attempt');
        const where = await checkTalk(tx, attempt, request.body.softphoneAgentId);
        const asked = await requestSupervision(tx, {
          ...request.body,
          ...{ creditorId: attempt.creditorId, attemptId: attempt.id, agentId: attempt.agentId },
          ...{ ...where, actor: actorOf(request) },
        });
        return asJob(context, asked);
      }),
  );

  changeRoutes(api, context);

  api.get(
    '/v1/supervisions',
    {
      schema: {
        tags,
        summary: 'Who has heard which talk, and from when to when',
        querystring: pageQuery.extend({
          attemptId: id.optional(),
          open: z
            .stringbool({ truthy: ['true'], falsy: ['false'] })
            .optional()
            .describe('true: those that go on'),
        }),
        response: { 200: pageOf(supervision) },
      },
    },
    async ({ query }) => {
      const { attemptId = null, open = null } = query;
      const page = await listSupervisions(context.db, { attemptId, open }, pageRequest(query));
      return pageAnswer(page, view);
    },
  );

  api.get(
    '/v1/supervisions/:id',
    { schema: { tags, summary: 'One of them', params: idParams, response: { 200: supervision } } },
    async ({ params }) => view(found(await findSupervision(context.db, params.id), 'supervision')),
  );
}

function changeRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/supervisions/:id/mode',
    {
      schema: {
        tags,
        summary: 'Whisper, join in, or only listen from now on',
        params: idParams,
        body: z.strictObject({ mode }),
        response: { 202: supervision },
      },
    },
    async (request, reply) => {
      const change = { mode: request.body.mode, actor: actorOf(request) };
      const { afterCommit, ...answer } = await context.db.transaction(async (tx) => {
        const row = await lockOpen(tx, request.params.id, 'change the mode of');
        return asJob(context, await changeSupervisionMode(tx, row, change));
      });
      await afterCommit();
      return reply.code(202).send(answer.body);
    },
  );

  api.post(
    '/v1/supervisions/:id/end',
    {
      schema: {
        tags,
        summary: 'Hear no more; the talk goes on',
        params: idParams,
        response: { 202: supervision },
      },
    },
    async (request, reply) => {
      const { afterCommit, ...answer } = await context.db.transaction(async (tx) => {
        const row = await lockOpen(tx, request.params.id, 'end');
        return asJob(context, await requestSupervisionEnd(tx, row.id, actorOf(request)));
      });
      await afterCommit();
      return reply.code(202).send(answer.body);
    },
  );
}

function asJob(
  { sipQueue }: HttpContext,
  row: Supervision,
): Answer & { readonly body: z.output<typeof supervision>; afterCommit: () => Promise<void> } {
  const { id: supervisionId, sipInstanceId, softphoneInstanceId, state } = row;
  return {
    status: 202,
    body: view(row),
    afterCommit: async () => {
      const job = { name: 'supervise_call', supervisionId } as const;
      // until it is taken up: it follows the row by itself from then on
      if (softphoneInstanceId !== null && state === 'requested')
        await sipQueue.send(softphoneInstanceId, job);
      await sipQueue.send(sipInstanceId, job);
    },
  };
}

/** @returns the process that owns the talk, and the softphone's. @throws Problem, TransitionError: it cannot be heard so */
async function checkTalk(
  tx: Transaction,
  attempt: Attempt,
  softphoneAgentId: string,
): Promise<Pick<Supervision, 'sipInstanceId' | 'softphoneInstanceId'>> {
  const { sipInstanceId, state } = attempt;
  if (sipInstanceId === null || state !== 'connected' || attempt.agentLeftAt !== null)
    throw new TransitionError('attempt', state, 'hear', []);
  if (softphoneAgentId === attempt.agentId)
    throw refused('own_talk', 'This softphone is in the talk already.');
  const standing = await readSoftphoneStanding(tx, softphoneAgentId, sipInstanceId);
  if (!standing.hasEngine)
    throw new Problem('needs_engine', 'The audio of this talk passes through no rtpengine.');
  if (standing.sipInstanceId === null)
    throw refused('not_registered', 'Register the softphone of softphoneAgentId first.');
  const isElsewhere = standing.sipInstanceId !== sipInstanceId;
  if (isElsewhere) await checkEngine(tx, softphoneAgentId, standing.sipInstanceId);
  if (standing.isWorking)
    throw refused('softphone_at_work', 'The agent of softphoneAgentId is at work: pause first.');
  const taken = await findOpenSupervision(tx, { attemptId: attempt.id, softphoneAgentId });
  if (taken === 'talk') throw refused('talk_taken', 'Another supervisor is beside this talk.');
  if (taken === 'softphone') throw refused('softphone_taken', 'End the other one first.');
  return { sipInstanceId, softphoneInstanceId: isElsewhere ? standing.sipInstanceId : null };
}

/** @throws Problem */
async function checkEngine(tx: Transaction, agentId: string, sipInstanceId: string): Promise<void> {
  const { hasEngine } = await readSoftphoneStanding(tx, agentId, sipInstanceId);
  if (!hasEngine)
    throw new Problem('needs_engine', 'The audio of this softphone passes through no rtpengine.');
}

function refused(refusal: string, detail: string): Problem {
  return new Problem('supervision_refused', detail, { refusal });
}

async function lockOpen(tx: Transaction, id: string, what: string): Promise<Supervision> {
  const row = found(await lockSupervision(tx, id), 'supervision');
  if (row.state === 'ended') throw new TransitionError('supervision', row.state, what, []);
  return row;
}

function view(row: Supervision): z.output<typeof supervision> {
  const { creditorId: _creditor, sipInstanceId: _internal, endRequestedBy: _by, ...shown } = row;
  return shown;
}
