import { z } from 'zod';
import { APP_SIGN_EVERY_MS, noteAppSign } from '../../db/agent-apps';
import { findAgent } from '../../db/agents';
import {
  changeAgentState,
  extendWrapUp,
  findOpenSession,
  lockAgentSession,
  lockOpenSession,
  openAgentSession,
  releaseAgent,
  setWantedState,
  type AgentSession,
} from '../../db/agent-sessions';
import type { Transaction } from '../../db/database';
import { findSoftphoneInstance } from '../../db/read/agent-sessions';
import { isBusy } from '../../domain/agent-state';
import { ROLES } from '../../domain/role';
import { TransitionError } from '../../domain/transition-error';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf, callerOf } from '../authenticate';
import { pauseSession } from '../pause-session';
import { requireConnection } from '../require-connection';
import { requireRoster } from '../require-roster';
import { found, Problem } from '../problem';
import { id } from '../schemas';
import { session, sessionView } from '../session-view';
import { isWrapUpDone, releaseLeg, signOut } from '../sign-out';
import { agent } from './agents';

const tags = ['agent desktop'];
export const pauseReason = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'one word of a-z, 0-9, underscore: lunch, prayer, coaching')
  .describe('Why, in one word');

/** An agent's own session. Whatever the state machine does not have is answered 409. */
export function meSessionRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/me',
    {
      schema: {
        tags,
        summary: 'Whose key this is',
        response: {
          200: z.object({
            role: z.enum(ROLES),
            keyId: id,
            creditorIds: z.array(id).readonly().nullable().describe('Null: the whole platform'),
            agent: agent.nullable(),
          }),
        },
      },
    },
    async (request) => {
      const { role, keyId, creditorIds, agentId } = callerOf(request);
      return {
        role,
        keyId,
        creditorIds,
        agent: agentId === null ? null : await findAgent(db, agentId),
      };
    },
  );

  api.get(
    '/v1/me/session',
    { schema: { tags, summary: 'My open session', response: { 200: session } } },
    async (request) => sessionView(found(await findOpenSession(db, agentOf(request)), 'session')),
  );

  api.post(
    '/v1/me/session',
    {
      schema: {
        tags,
        summary: 'Sign in: connecting, then ready once the softphone is reached',
        headers: idempotencyHeaders,
        body: z.strictObject({ legMode: z.enum(['nailed_up', 'per_call']) }),
        response: { 201: session },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, (tx) =>
        signIn(tx, context, {
          agentId: agentOf(request),
          legMode: request.body.legMode,
          actor: actorOf(request),
        }),
      ),
  );

  heartbeatRoute(api, context);
  changeRoutes(api, context);
}

function heartbeatRoute(api: Api, { db }: HttpContext): void {
  api.post(
    '/v1/me/heartbeat',
    {
      schema: {
        tags,
        summary: 'I am here: the app’s own sign of life, every five seconds',
        description:
          'An agent is lost when softphone and app both are: while the app says that it is there, a softphone that is out of reach is waited for. Without an app the softphone alone counts.',
        response: { 200: z.object({ everyMs: z.number().int() }) },
      },
    },
    async (request) => {
      await noteAppSign(db, agentOf(request));
      return { everyMs: APP_SIGN_EVERY_MS };
    },
  );
}

function changeRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/me/session/ready',
    {
      schema: {
        tags,
        summary: 'Take calls again; while busy: take back what was wanted next',
        headers: idempotencyHeaders,
        response: { 200: session },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const own = await lockOwnSession(tx, agentOf(request));
        return { status: 200, body: sessionView(await makeReady(tx, own, actorOf(request))) };
      }),
  );

  api.post(
    '/v1/me/session/pause',
    {
      schema: {
        tags,
        summary: 'Pause now; while busy: after this call',
        headers: idempotencyHeaders,
        body: z.strictObject({ reason: pauseReason }),
        response: { 200: session },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const own = await lockOwnSession(tx, agentOf(request));
        const paused = await pauseSession(tx, own, request.body.reason, actorOf(request));
        return { status: 200, body: sessionView(paused) };
      }),
  );

  extendRoute(api, context);

  api.delete(
    '/v1/me/session',
    {
      schema: {
        tags,
        summary: 'Sign out now; while busy: after this call',
        response: { 200: session },
      },
    },
    async (request) => {
      const ended = await db.transaction(async (tx) =>
        signOut(tx, await lockOwnSession(tx, agentOf(request)), actorOf(request)),
      );
      await releaseLeg(context, ended);
      return sessionView(ended);
    },
  );
}

function extendRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/session/extend-wrap-up',
    {
      schema: {
        tags,
        summary: '30 seconds more for the wrap-up, twice at most',
        headers: idempotencyHeaders,
        response: { 200: session },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const own = await lockOwnSession(tx, agentOf(request));
        if (own.state !== 'wrap_up')
          throw new TransitionError('agent session', own.state, 'extend-wrap-up', []);
        const extended = await extendWrapUp(tx, own);
        if (extended === null)
          throw new Problem('no_more_time', 'Record the outcome; the account waits for it.');
        return { status: 200, body: sessionView(extended) };
      }),
  );
}

async function signIn(
  tx: Transaction,
  context: HttpContext,
  input: { agentId: string; legMode: 'nailed_up' | 'per_call'; actor: string },
): Promise<Answer> {
  const before = await findOpenSession(tx, input.agentId);
  const lost = before?.state === 'lost' ? await lockAgentSession(tx, before.id) : null;
  if (lost?.state === 'lost') {
    // the softphone of that session is gone: the agent begins anew
    await changeAgentState(tx, lost, { to: 'offline', cause: 'replaced', actor: input.actor });
  }
  const opened = await openAgentSession(tx, input);
  if (opened === null) throw new Problem('session_open', 'End it first, or go on with it.');
  await requireRoster(tx, input.agentId);
  await requireConnection(tx, input.agentId);
  const sipInstanceId = await findSoftphoneInstance(tx, input.agentId);
  return {
    status: 201,
    body: sessionView(opened),
    // without a registration the softphone's next REGISTER does it
    afterCommit: async () => {
      if (sipInstanceId === null) return;
      await context.sipQueue.send(sipInstanceId, { name: 'connect_agent', sessionId: opened.id });
    },
  };
}

async function lockOwnSession(tx: Transaction, agentId: string): Promise<AgentSession> {
  const locked = await lockOpenSession(tx, agentId);
  if (locked === null) throw new Problem('no_session', 'Sign in with POST /v1/me/session.');
  return locked;
}

async function makeReady(tx: Transaction, own: AgentSession, actor: string): Promise<AgentSession> {
  if (own.state === 'ready') return own;
  if (own.state !== 'paused' && !isBusy(own.state))
    throw new TransitionError('agent session', own.state, 'ready', ['end']);
  await requireRoster(tx, own.agentId);
  await requireConnection(tx, own.agentId);
  if (own.state === 'paused') return releaseAgent(tx, own, 'asked', actor);
  const taken = await setWantedState(tx, own, null, null);
  return (await isWrapUpDone(tx, taken)) ? releaseAgent(tx, taken, 'asked', actor) : taken;
}
