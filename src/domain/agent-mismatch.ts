import type { AgentState } from './agent-state';
import type { AttemptState } from './attempt-state';

/** An agent's session as it is written down. */
export interface WrittenSession {
  readonly sessionId: string;
  readonly agentId: string;
  readonly state: AgentState;
  readonly attemptId: string | null;
  /** Of that attempt; null: it is gone. */
  readonly attemptState: AttemptState | null;
  readonly direction: 'out' | 'in' | null;
  /** No other process has that attempt in hand. */
  readonly isOurs: boolean;
}

/** A call as the process that holds its dialogs knows it. */
export interface LiveDialog {
  readonly attemptId: string;
  /** Null: it was handed on to somebody who is no agent of ours. */
  readonly agentId: string | null;
  /** Agent and debtor hear each other, and nobody else is asked in. */
  readonly isTalking: boolean;
}

/**
 * Where what is written of an agent and the dialogs differ.
 * - `call_gone`: the session says that a call is on, and nobody has it.
 * - `session_gone`: agent and debtor talk, and the session does not say so.
 */
export interface AgentMismatch {
  readonly kind: 'call_gone' | 'session_gone';
  readonly agentId: string;
  readonly attemptId: string;
  /** Null: the agent has no open session. */
  readonly sessionId: string | null;
}

const CLAIMED: readonly (AttemptState | null)[] = ['dialing', 'ringing', 'answered', 'connected'];

/**
 * Compares the sessions of one process with its calls. Pure.
 * @param sessions of the process, and of every agent in one of its calls
 * @param livingAttempts every attempt that it has in hand, also those that are only about to be dialed
 */
export function compareAgents(
  sessions: readonly WrittenSession[],
  dialogs: readonly LiveDialog[],
  livingAttempts: ReadonlySet<string>,
): AgentMismatch[] {
  const gone = sessions.flatMap(({ sessionId, agentId, attemptId, ...session }): AgentMismatch[] =>
    attemptId === null || livingAttempts.has(attemptId) || !needsCall(session)
      ? []
      : [{ kind: 'call_gone', agentId, attemptId, sessionId }],
  );
  const unsaid = dialogs.flatMap(({ attemptId, agentId, isTalking }): AgentMismatch[] => {
    if (!isTalking || agentId === null) return [];
    const own = sessions.find((session) => session.agentId === agentId);
    const isSaid =
      own?.attemptId === attemptId && (own.state === 'in_call' || own.state === 'hold');
    return isSaid
      ? []
      : [{ kind: 'session_gone', agentId, attemptId, sessionId: own?.sessionId ?? null }];
  });
  return [...gone, ...unsaid];
}

/** What waits for its doorbell has no call yet; an offer to take a call that came in is not ours to judge. */
function needsCall({
  state,
  attemptState,
  direction,
  isOurs,
}: Omit<WrittenSession, 'sessionId' | 'agentId' | 'attemptId'>): boolean {
  if (!isOurs || (direction === 'in' && attemptState === 'ringing')) return false;
  if (state === 'in_call' || state === 'hold') return true;
  if (state !== 'reserved' && state !== 'ringing') return false;
  return attemptState === null || attemptState === 'ended' || CLAIMED.includes(attemptState);
}

const keyOf = ({ kind, agentId, attemptId }: AgentMismatch): string =>
  `${kind} ${agentId} ${attemptId}`;

/** Those that were there before, too. Pure. */
export function standing(
  now: readonly AgentMismatch[],
  before: readonly AgentMismatch[],
): AgentMismatch[] {
  const known = new Set(before.map(keyOf));
  return now.filter((one) => known.has(keyOf(one)));
}
