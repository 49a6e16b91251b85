import type { FastifyRequest } from 'fastify';
import type { FactWrite } from '../db/fact-write';
import type { Queryable } from '../db/database';
import { findAgentCall, type AgentCall } from '../db/read/agent-call';
import type { FieldProblem } from '../domain/field-problem';
import type { Answer } from './answer-once';
import { callerOf } from './authenticate';
import { Problem } from './problem';

/**
 * The call of the agent who asks: an agent tells facts of that person alone. Null: a key of another
 * role, which may name anybody.
 * @throws Problem `no_call`
 */
export async function callOfCaller(
  db: Queryable,
  request: FastifyRequest,
): Promise<AgentCall | null> {
  const { agentId } = callerOf(request);
  if (agentId === null) return null;
  const call = await findAgentCall(db, agentId);
  if (call === null) throw new Problem('no_call', 'Facts are told of the person of your call.');
  return call;
}

/** What an agent may be shown of the debt, in the screen pop's identity mode: nothing. @throws Problem `identity_unconfirmed` */
export function refuseUnidentified({ identityMode }: AgentCall): void {
  if (!identityMode) return;
  throw new Problem(
    'identity_unconfirmed',
    'The number may be another’s by now: tell the step identity_confirmed (POST /v1/me/call/guide/steps) first.',
  );
}

/** The person that a body names, or the agent's call stands for. */
export function personOf(call: AgentCall | null, debtorId: string | undefined): string {
  if (call === null) {
    if (debtorId !== undefined) return debtorId;
    throw refusedBody('debtorId', 'is missing', 'the id of a debtor');
  }
  if (debtorId === undefined || debtorId === call.debtorId) return call.debtorId;
  throw new Problem('forbidden', 'An agent tells facts of the person of the own call alone.');
}

/** What agents leave to the program: it is what their call says. */
export function refuseGiven(
  body: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): void {
  for (const field of fields) {
    if (body[field] !== undefined) {
      throw refusedBody(field, 'is not an agent’s to name', 'leave it out: the call says it');
    }
  }
}

export function refusedBody(field: string, reason: string, accepted: string): Problem {
  const errors: FieldProblem[] = [{ field, reason, accepted }];
  return new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors,
  });
}

/** 201 for a new fact, 200 for one that the source has told before. */
export function answerOfWrite<T>(write: FactWrite<T>, view: (fact: T) => unknown): Answer {
  if (write.kind === 'refused') {
    const { field, reason } = write.problem;
    throw new Problem('invalid_fact', `${field}: ${reason}.`, { errors: [write.problem] });
  }
  return { status: write.kind === 'written' ? 201 : 200, body: view(write.fact) };
}
