import { findOpenSession, lockOpenSession, type AgentSession } from '../db/agent-sessions';
import { findAttempt, subjectOf, type AttemptSubject } from '../db/attempts';
import { lockDebtor } from '../db/call-locks';
import type { Queryable, Transaction } from '../db/database';
import { Problem } from './problem';

/** The talk that an agent is in, or wraps up. @throws Problem `no_call`, `caller_unknown` */
export async function findOwnTalk(db: Queryable, agentId: string): Promise<AttemptSubject> {
  return talkOf(db, agentId, await findOpenSession(db, agentId));
}

/** The same, with the session and then the debtor locked. */
export async function lockOwnTalk(
  tx: Transaction,
  agentId: string,
): Promise<{ readonly subject: AttemptSubject; readonly session: AgentSession }> {
  const session = await lockOpenSession(tx, agentId);
  const subject = await talkOf(tx, agentId, session);
  if (session === null) throw new Error('a talk without a session');
  await lockDebtor(tx, subject.debtorId);
  return { subject, session };
}

async function talkOf(
  db: Queryable,
  agentId: string,
  session: AgentSession | null,
): Promise<AttemptSubject> {
  const attemptId = session?.attemptId ?? null;
  const attempt = attemptId === null ? null : await findAttempt(db, attemptId);
  if (attempt?.agentId !== agentId || attempt.connectedAt === null)
    throw new Problem('no_call', 'You are in no talk, and wrap none up.');
  const subject = subjectOf(attempt);
  if (subject === null)
    throw new Problem('caller_unknown', 'Say who called with POST /v1/me/call/identify.');
  return subject;
}
