import { TransitionError } from './transition-error';

/**
 * A version of a rule pack, or a revision of a calendar:
 *
 *     proposed -> approved -> (it binds: nothing changes it any more)
 *         |          |
 *         +----------+-> rejected
 *
 * What is approved for later can be rejected until it binds.
 */
export type VersionState = 'proposed' | 'approved' | 'rejected';

/** @throws TransitionError */
export function decideVersion(
  now: { readonly state: VersionState; readonly hasBound: boolean },
  command: 'approve' | 'reject',
): VersionState {
  const allowed = allowedCommands(now);
  if (!allowed.includes(command)) {
    throw new TransitionError('version', now.hasBound ? 'binding' : now.state, command, allowed);
  }
  return command === 'approve' ? 'approved' : 'rejected';
}

function allowedCommands(now: { state: VersionState; hasBound: boolean }): string[] {
  if (now.state === 'proposed') return ['approve', 'reject'];
  return now.state === 'approved' && !now.hasBound ? ['reject'] : [];
}
