import {
  changeAgentState,
  releaseAgent,
  setWantedState,
  type AgentSession,
} from '../db/agent-sessions';
import type { Transaction } from '../db/database';
import { isBusy } from '../domain/agent-state';
import { TransitionError } from '../domain/transition-error';
import { isWrapUpDone } from './sign-out';

/** Pauses a locked session now; a busy one after its call and wrap-up. */
export async function pauseSession(
  tx: Transaction,
  own: AgentSession,
  pauseReason: string,
  actor: string,
): Promise<AgentSession> {
  if (own.state === 'paused' && own.pauseReason === pauseReason) return own;
  if (own.state === 'ready') {
    return changeAgentState(tx, own, { to: 'paused', cause: 'asked', actor, pauseReason });
  }
  if (!isBusy(own.state)) {
    const allowed = own.state === 'paused' ? ['ready', 'end'] : ['end'];
    throw new TransitionError('agent session', own.state, 'pause', allowed);
  }
  const wanting = await setWantedState(tx, own, 'paused', pauseReason);
  return (await isWrapUpDone(tx, wanting)) ? releaseAgent(tx, wanting, 'asked', actor) : wanting;
}
