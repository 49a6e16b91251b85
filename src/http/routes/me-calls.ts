import { z } from 'zod';
import { keepDenials, type Decided } from '../../../dialer/deny';
import { reserveManual } from '../../../dialer/reserve';
import { findOpenSession } from '../../db/agent-sessions';
import type { Transaction } from '../../db/database';
import { findManualTarget } from '../../db/manual-calls';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { deniedProblem } from '../denied-problem';
import { Problem } from '../problem';
import { id } from '../schemas';

const body = z
  .strictObject({
    accountId: id,
    phoneId: id.optional().describe('A stored number; left out: the debtor’s best one'),
    purpose: z
      .literal('locate')
      .optional()
      .describe('Ask an emergency contact, once, where the debtor is; left out: to collect'),
  })
  .refine(({ purpose, phoneId }) => purpose === undefined || phoneId !== undefined, {
    path: ['phoneId'],
    message: 'needed with purpose locate: the number of the emergency contact',
  });

/** A call that an agent asks for: the same gate as the scheduler's, and no way round it. */
export function meCallsRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/calls',
    {
      schema: {
        tags: ['agent desktop'],
        summary: 'Call this account now, if the rules allow it',
        description:
          'The rules decide as for any other call; nobody can overrule them. A refusal (409, `call_denied`) names the rule, the text that it rests on and the next allowed instant, and is kept as a decision.',
        headers: idempotencyHeaders,
        body,
        response: { 202: z.object({ attemptId: id }) },
      },
    },
    async (request, reply) => {
      let denials: readonly Decided[] = [];
      try {
        return await answerOnce(context, request, reply, (tx) =>
          call(tx, context, agentOf(request), request.body, (denied) => (denials = denied)),
        );
      } catch (error) {
        // the refused request has changed nothing; that it was refused, and why, is kept
        if (denials.length > 0) {
          await context.db.transaction((tx) => keepDenials(context.gate, tx, denials));
        }
        throw error;
      }
    },
  );
}

async function call(
  tx: Transaction,
  context: HttpContext,
  agentId: string,
  wish: z.output<typeof body>,
  onDenied: (denials: readonly Decided[]) => void,
): Promise<Answer> {
  const session = await findOpenSession(tx, agentId);
  if (session === null) throw new Problem('no_session', 'Sign in with POST /v1/me/session.');
  const { accountId, phoneId = null, purpose = 'collect' } = wish;
  const target = await findManualTarget(tx, { accountId, phoneId, agentId });
  if (target === null) throw new Problem('not_found', 'There is no such account.');
  if (!target.phoneKnown) {
    throw new Problem('unknown_reference', 'phoneId names no number of this person.', {
      field: 'phoneId',
    });
  }
  if (target.campaignId === null) {
    throw new Problem('no_campaign', 'Ask a manager to start a campaign of this creditor.');
  }
  const result = await reserveManual(context.gate, tx, {
    accountId,
    phoneId,
    purpose,
    campaignId: target.campaignId,
    sessionId: session.id,
    actor: `agent:${agentId}`,
  });
  switch (result.kind) {
    case 'not_ready':
      throw new Problem('agent_not_ready', 'Be ready, with your softphone reached, to call.');
    case 'person_in_call':
      throw new Problem('person_in_call', 'Wait for the end of that call.');
    case 'denied':
      onDenied(result.denials);
      throw deniedProblem(result.denials);
    case 'reserved': {
      const { attemptId, sipInstanceId } = result;
      return {
        status: 202,
        body: { attemptId },
        afterCommit: () => context.sipQueue.send(sipInstanceId, { name: 'dial', attemptId }),
      };
    }
  }
}
