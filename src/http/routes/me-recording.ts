import { z } from 'zod';
import type { Queryable } from '../../db/database';
import { readCurrentCall } from '../../db/read/current-call';
import { markRecording } from '../../db/recording-marks';
import { TransitionError } from '../../domain/transition-error';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { Problem } from '../problem';
import { sendJob } from '../send-job';
import { id, instant, markPhrase } from '../schemas';

const tags = ['agent desktop'];
const accepted = z.object({ attemptId: id, command: z.enum(['pause', 'resume']) });
const reason = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'one word of a-z, 0-9, underscore: card, otp, health')
  .describe('Why, in one word; kept with the gap');

/** The agent keeps something out of the recording: a card number, a one-time password. */
export function meRecordingRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/recording/pause',
    {
      schema: {
        tags,
        summary: 'Record nothing until resumed, for 180 s at most; silence in the recording',
        body: z.strictObject({ reason }),
        response: { 202: accepted },
      },
    },
    async (request, reply) => {
      const attemptId = await send(context, agentOf(request), 'pause', request.body.reason);
      return reply.code(202).send({ attemptId, command: 'pause' as const });
    },
  );
  api.post(
    '/v1/me/call/recording/resume',
    { schema: { tags, summary: 'Go on recording', response: { 202: accepted } } },
    async (request, reply) => {
      const attemptId = await send(context, agentOf(request), 'resume', '');
      return reply.code(202).send({ attemptId, command: 'resume' as const });
    },
  );
  api.post(
    '/v1/me/call/marks',
    {
      schema: {
        tags,
        summary: 'Mark this moment of the talk, to be found again in its recording',
        headers: idempotencyHeaders,
        body: z.strictObject({ phrase: markPhrase }),
        response: { 201: z.object({ id, attemptId: id, at: instant, phrase: z.string() }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const agentId = agentOf(request);
        const { attemptId } = await ownTalk(tx, agentId, 'mark it');
        const { phrase } = request.body;
        return { status: 201, body: await markRecording(tx, { attemptId, agentId, phrase }) };
      }),
  );
}

/** Asks the process that owns the call. @returns the attempt */
async function send(
  context: HttpContext,
  agentId: string,
  command: 'pause' | 'resume',
  why: string,
): Promise<string> {
  const what = `${command} the recording`;
  const { attemptId, sipInstanceId } = await ownTalk(context.db, agentId, what);
  const job = { name: 'control_recording', attemptId, command, reason: why } as const;
  await sendJob(context, sipInstanceId, job);
  return attemptId;
}

/** @throws Problem `no_call`; TransitionError when there is no talk yet, or no more */
async function ownTalk(
  db: Queryable,
  agentId: string,
  what: string,
): Promise<{ attemptId: string; sipInstanceId: string }> {
  const call = await readCurrentCall(db, agentId);
  if (call?.agentId !== agentId) throw new Problem('no_call', 'You have no call.');
  const { attemptId, attemptState, sipInstanceId } = call;
  if (attemptState !== 'connected' || sipInstanceId === null)
    throw new TransitionError('call', attemptState, what, []);
  return { attemptId, sipInstanceId };
}
