import {
  changeAgentState,
  releaseAgent,
  setWantedState,
  type AgentSession,
} from '../db/agent-sessions';
import type { Transaction } from '../db/database';
import { findAttempt, subjectOf } from '../db/attempts';
import { findOutcome } from '../db/outcomes';
import { isBusy } from '../domain/agent-state';
import type { HttpContext } from './api';

/** Ends a locked session now; a busy one after its call and wrap-up. */
export async function signOut(
  tx: Transaction,
  session: AgentSession,
  actor: string,
): Promise<AgentSession> {
  if (!isBusy(session.state)) {
    return changeAgentState(tx, session, { to: 'offline', cause: 'signed_out', actor });
  }
  const wanting = await setWantedState(tx, session, 'offline', 'signed_out');
  return (await isWrapUpDone(tx, wanting))
    ? releaseAgent(tx, wanting, 'signed_out', actor)
    : wanting;
}

/** A wrap-up has nothing to wait for when its outcome stands, or nobody knows whom it would be of. */
export async function isWrapUpDone(tx: Transaction, session: AgentSession): Promise<boolean> {
  if (session.state !== 'wrap_up' || session.attemptId === null) return false;
  if ((await findOutcome(tx, session.attemptId)) !== null) return true;
  const attempt = await findAttempt(tx, session.attemptId);
  return attempt !== null && subjectOf(attempt) === null;
}

/**
 * After the commit: lets the sip role drop the nailed-up leg of a session that has ended. When the
 * doorbell does not ring, the session is over all the same, and the sip role looks for itself.
 */
export async function releaseLeg(context: HttpContext, session: AgentSession): Promise<void> {
  if (session.state !== 'offline' || session.sipInstanceId === null) return;
  const job = { name: 'release_agent', sessionId: session.id } as const;
  await context.sipQueue.send(session.sipInstanceId, job).catch((error: unknown) => {
    context.log.warn({ err: error, sessionId: session.id }, 'the doorbell did not ring');
  });
}
