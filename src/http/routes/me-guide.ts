import { z } from 'zod';
import { takeBreak } from '../../db/conflicts';
import { recordStep } from '../../db/conversations';
import { lockOpenSession } from '../../db/agent-sessions';
import { readCollectionPolicy } from '../../db/collection-policies';
import { readGuide } from '../../db/read/guide';
import { conversationStep } from '../../domain/conversation-step';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf } from '../authenticate';
import { guide, guideView } from '../guide-view';
import { findOwnTalk, lockOwnTalk } from '../own-talk';
import { pauseSession } from '../pause-session';
import { Problem } from '../problem';
import { id } from '../schemas';
import { session, sessionView } from '../session-view';

const tags = ['agent desktop'];
/** Why a session is paused after a conflict: no report counts it against anybody. */
const BREAK_REASON = 'cool_down';

/** The conversation on the line, guided: what to say now, and what was said. */
export function meGuideRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call/guide',
    {
      schema: {
        tags,
        summary: 'What to say now; nothing of the debt until the person is known',
        response: { 200: guide },
      },
    },
    async (request) => {
      const subject = await findOwnTalk(context.db, agentOf(request));
      return guideView(subject.id, await readGuide(context.db, subject));
    },
  );

  api.post(
    '/v1/me/call/guide/steps',
    {
      schema: {
        tags,
        summary: 'Tell a step of the talk, in it or in its wrap-up',
        description:
          'In any order that makes sense, but nothing of the debt before identity_confirmed. Told again, a step changes nothing. Answers with the guide as it is then.',
        headers: idempotencyHeaders,
        body: conversationStep,
        response: { 200: guide },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const agentId = agentOf(request);
        const { subject, session: own } = await lockOwnTalk(tx, agentId);
        const by = { agentId, actor: actorOf(request), session: own };
        const result = await recordStep(tx, subject, request.body, by);
        if (result.kind === 'refused')
          throw new Problem('step_refused', 'Nothing was recorded.', { errors: [result.problem] });
        return { status: 200, body: guideView(subject.id, await readGuide(tx, subject)) };
      }),
  );

  breakRoute(api, context);
}

function breakRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/break',
    {
      schema: {
        tags,
        summary: 'A break after a conflict; after this call when there is one',
        description:
          'Once for each conflict of the last 12 hours; nobody is asked, nothing is counted.',
        headers: idempotencyHeaders,
        response: {
          200: z.object({
            conflictId: id,
            minutes: z.number().int().describe('Go on when you are ready; so long is yours'),
            session,
          }),
        },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const agentId = agentOf(request);
        const own = await lockOpenSession(tx, agentId);
        if (own === null) throw new Problem('no_session', 'Sign in with POST /v1/me/session.');
        const taken = await takeBreak(tx, agentId);
        if (taken === null)
          throw new Problem('no_conflict', 'There was no conflict that you have not rested from.');
        const { policy } = await readCollectionPolicy(tx, taken.creditorId);
        const paused = await pauseSession(tx, own, BREAK_REASON, actorOf(request));
        const { breakMinutes: minutes } = policy.conversation;
        const { conflictId } = taken;
        return { status: 200, body: { conflictId, minutes, session: sessionView(paused) } };
      }),
  );
}
