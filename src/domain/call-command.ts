import type { AgentState } from './agent-state';
import type { AttemptState } from './attempt-state';
import { TransitionError } from './transition-error';

export const CALL_COMMANDS = ['hang_up', 'hold', 'resume', 'mute', 'unmute'] as const;
export type CallCommand = (typeof CALL_COMMANDS)[number];

/** What an agent may do with the call, by the states of the attempt and of the own session. */
export function allowedCallCommands(
  attempt: AttemptState,
  session: AgentState,
): readonly CallCommand[] {
  if (attempt === 'reserved' || attempt === 'ended') return [];
  if (attempt !== 'connected') return ['hang_up'];
  if (session === 'in_call') return ['hang_up', 'hold', 'mute', 'unmute'];
  if (session === 'hold') return ['hang_up', 'resume', 'mute', 'unmute'];
  return ['hang_up'];
}

/** @throws TransitionError naming the commands that are possible. */
export function checkCallCommand(
  command: CallCommand,
  attempt: AttemptState,
  session: AgentState,
): void {
  const allowed = allowedCallCommands(attempt, session);
  if (!allowed.includes(command)) throw new TransitionError('call', attempt, command, allowed);
}
