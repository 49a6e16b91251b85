import { makeGate } from './gate';
import { claimForDialing } from '../../dialer/gate';
import { reserveNext } from '../../dialer/reserve';
import { changeAgentState, lockAgentSession } from '../../src/db/agent-sessions';
import { endAttempt, lockAttempt, moveLockedAttempt, type AttemptEnd } from '../../src/db/attempts';
import type { Database } from '../../src/db/database';
import type { AgentState } from '../../src/domain/agent-state';
import type { AttemptState } from '../../src/domain/attempt-state';
import type { Floor } from './floor';

type OpenState = Exclude<AttemptState, 'reserved' | 'ended'>;
const PATH: readonly OpenState[] = ['dialing', 'ringing', 'answered', 'connected'];
const AGENT: Partial<Record<AttemptState, AgentState>> = {
  ringing: 'ringing',
  connected: 'in_call',
};

/** Takes the next attempt of the floor to a state, as the sip role would. @returns its id. */
export async function dialTo(db: Database, floor: Floor, until: OpenState): Promise<string> {
  const reserved = await reserveNext(makeGate(db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`);
  const { attemptId } = reserved;
  const { sipInstanceId } = floor;
  const claim = await claimForDialing(makeGate(db), { attemptId, sipInstanceId });
  if (claim.verdict !== 'allow') throw new Error(`denied: ${claim.deniedBy}`);
  for (const to of PATH.slice(1, PATH.indexOf(until) + 1)) await moveTo(db, attemptId, to);
  return attemptId;
}

async function moveTo(db: Database, attemptId: string, to: OpenState): Promise<void> {
  await db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, attemptId);
    if (attempt === null) throw new Error('no attempt');
    await moveLockedAttempt(tx, attempt, { to, cause: 'test', actor: 'test', limitMs: 60_000 });
    const session = await lockAgentSession(tx, attempt.agentSessionId);
    const agentState = AGENT[to];
    if (session === null || agentState === undefined) return;
    await changeAgentState(tx, session, { to: agentState, cause: 'test', actor: 'test' });
  });
}

export async function end(
  db: Database,
  attemptId: string,
  result: AttemptEnd['result'],
): Promise<void> {
  await db.transaction((tx) =>
    endAttempt(tx, attemptId, { result, cause: 'test', actor: 'test', endedBy: 'debtor' }),
  );
}

/** A talk that is over: the agent is in wrap-up. @returns the attempt's id. */
export async function talk(db: Database, floor: Floor): Promise<string> {
  const attemptId = await dialTo(db, floor, 'connected');
  await end(db, attemptId, 'connected');
  return attemptId;
}
