import type { AgentState } from './agent-state';
import type { AttemptState } from './attempt-state';
import type { OpenTransferState } from './call-transfer';
import { TransitionError } from './transition-error';

export const CALL_COMMANDS = [
  'hang_up',
  'hold',
  'resume',
  'mute',
  'unmute',
  'join_all',
  'complete_transfer',
  'cancel_transfer',
] as const;
export type CallCommand = (typeof CALL_COMMANDS)[number];

/** The call as an agent who takes part in it stands to it. */
export interface CallStanding {
  readonly attempt: AttemptState;
  /** Of the agent who asks. */
  readonly session: AgentState;
  /** Of the transfer that is open; null: none is. */
  readonly transfer: OpenTransferState | null;
  /** False: the agent is asked to take the call over, and has not got it yet. */
  readonly isOwner: boolean;
}

/** What an agent may do with the call. */
export function allowedCallCommands(standing: CallStanding): readonly CallCommand[] {
  const { attempt, session, transfer, isOwner } = standing;
  // handed on to somebody who is no agent of ours: it is theirs to end
  if (attempt === 'reserved' || attempt === 'ended' || session === 'wrap_up') return [];
  // whoever is asked may only decline; the call stays with whom it is
  if (!isOwner) return transfer === null ? [] : ['hang_up'];
  if (attempt !== 'connected') return ['hang_up'];
  if (transfer === 'consulting')
    return ['hang_up', 'join_all', 'complete_transfer', 'cancel_transfer'];
  if (transfer === 'three_way')
    return ['hang_up', 'mute', 'unmute', 'complete_transfer', 'cancel_transfer'];
  const more: readonly CallCommand[] = transfer === null ? [] : ['cancel_transfer'];
  if (session === 'in_call') return ['hang_up', 'hold', 'mute', 'unmute', ...more];
  if (session === 'hold') return ['hang_up', 'resume', 'mute', 'unmute', ...more];
  return ['hang_up'];
}

/** @throws TransitionError naming the commands that are possible. */
export function checkCallCommand(command: CallCommand, standing: CallStanding): void {
  const allowed = allowedCallCommands(standing);
  if (!allowed.includes(command))
    throw new TransitionError('call', standing.attempt, command, allowed);
}
