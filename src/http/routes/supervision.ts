import { z } from 'zod';
import { lockOpenSession, type AgentSession } from '../../db/agent-sessions';
import { findAgent, moveAgentPool } from '../../db/agents';
import { findAttempt } from '../../db/attempts';
import type { Transaction } from '../../db/database';
import { seal, unseal } from '../../db/sealed-secret';
import { TransitionError } from '../../domain/transition-error';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { pauseSession } from '../pause-session';
import { found, Problem } from '../problem';
import { sendJob } from '../send-job';
import { id, idParams, instant, reasonText } from '../schemas';
import { session, sessionView } from '../session-view';
import { releaseLeg, signOut } from '../sign-out';
import { tellAgent } from '../tell-agent';
import { agent } from './agents';
import { pauseReason } from './me-session';

const tags = ['supervision'];
const CONFIRM_WITHIN_MS = 60_000;
const PURPOSE = 'attempt.end';

/** What a supervisor does to an agent's work: with a reason, kept for good; the agent is told. */
export function supervisionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/agents/:id/session/pause',
    {
      schema: {
        tags,
        summary: 'Pause an agent now; a busy one after the call',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ pauseReason, reason: reasonText }),
        response: { 200: session },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { pauseReason: why, reason } = request.body;
        const by = { actor: actorOf(request), action: 'agent.paused', reason } as const;
        const own = await lockSessionOf(tx, request.params.id);
        const paused = await pauseSession(tx, own, why, by.actor);
        await tellAgent(tx, own, by);
        return { status: 200, body: sessionView(paused) };
      }),
  );

  api.post(
    '/v1/agents/:id/session/end',
    {
      schema: {
        tags,
        summary: 'Sign an agent out now; a busy one after the call',
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: session },
      },
    },
    async (request) => {
      const { reason } = request.body;
      const by = { actor: actorOf(request), action: 'agent.signed_out', reason } as const;
      const ended = await context.db.transaction(async (tx) => {
        const own = await lockSessionOf(tx, request.params.id);
        await tellAgent(tx, own, by);
        return signOut(tx, own, by.actor);
      });
      await releaseLeg(context, ended);
      return sessionView(ended);
    },
  );

  moveRoute(api, context);
  endRoute(api, context);
}

function moveRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/agents/:id/move',
    {
      schema: {
        tags,
        summary: 'Move an agent from one pool to another, and so to the campaigns it serves',
        description: 'From the next call on; a call that is under way is finished.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ fromPoolId: id, toPoolId: id, reason: reasonText }),
        response: { 200: agent },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { fromPoolId, toPoolId, reason } = request.body;
        const agentId = request.params.id;
        found(await findAgent(tx, agentId), 'agent');
        const field = await moveAgentPool(tx, agentId, fromPoolId, toPoolId);
        if (field !== null)
          throw new Problem('unknown_reference', `${field} names no such pool of the agent.`, {
            field,
          });
        const by = { actor: actorOf(request), action: 'agent.moved', reason } as const;
        await tellAgent(tx, { id: agentId, agentId }, by, {
          before: { fromPoolId },
          after: { toPoolId },
        });
        return { status: 200, body: found(await findAgent(tx, agentId), 'agent') };
      }),
  );
}

function endRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/attempts/:id/end',
    {
      schema: {
        tags,
        summary: 'End a call: asked first without, then with the `confirm` of the answer',
        params: idParams,
        body: z.strictObject({ reason: reasonText, confirm: z.string().max(400).optional() }),
        response: {
          200: z.object({ confirm: z.string(), expiresAt: instant }),
          202: z.object({ attemptId: id }),
        },
      },
    },
    async (request, reply) => {
      const attempt = found(await findAttempt(context.db, request.params.id), 'attempt');
      const { sipInstanceId, state } = attempt;
      if (sipInstanceId === null || state === 'ended' || state === 'reserved')
        throw new TransitionError('attempt', state, 'end', []);
      const actor = actorOf(request);
      const { confirm, reason } = request.body;
      if (confirm === undefined) {
        const expiresAt = new Date(Date.now() + CONFIRM_WITHIN_MS);
        const text = JSON.stringify([attempt.id, actor, expiresAt.getTime()]);
        const token = seal(context.secretKey, PURPOSE, text).toString('base64url');
        return reply.code(200).send({ confirm: token, expiresAt });
      }
      checkConfirmed(context, confirm, [attempt.id, actor]);
      await context.db.transaction((tx) =>
        tellAgent(tx, attempt, { actor, action: 'call.ended', reason }),
      );
      const job = { name: 'control_call', attemptId: attempt.id, command: 'end' } as const;
      await sendJob(context, sipInstanceId, job);
      return reply.code(202).send({ attemptId: attempt.id });
    },
  );
}

/** @throws Problem unless the same key asked to end the same call a moment ago. */
function checkConfirmed(
  { secretKey }: HttpContext,
  confirm: string,
  [attemptId, actor]: readonly [string, string],
): void {
  const refused = new Problem(
    'invalid_request',
    'Ask without confirm first, and confirm what is answered within a minute.',
    { in: 'body', errors: [{ field: 'confirm', reason: 'is not of this call, or too old' }] },
  );
  let said: unknown[];
  try {
    said = JSON.parse(unseal(secretKey, PURPOSE, Buffer.from(confirm, 'base64url'))) as unknown[];
  } catch {
    throw refused;
  }
  const [saidAttempt, saidActor, expiresMs] = said;
  if (saidAttempt !== attemptId || saidActor !== actor || Number(expiresMs) < Date.now())
    throw refused;
}

async function lockSessionOf(tx: Transaction, agentId: string): Promise<AgentSession> {
  const locked = await lockOpenSession(tx, agentId);
  if (locked === null) throw new Problem('no_session', 'The agent is not signed in.');
  return locked;
}
