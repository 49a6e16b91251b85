import { TransitionError } from './transition-error';

/**
 * The state of an attempt to reach a person.
 *
 *     reserved -> dialing -> ringing -> answered -> connected -> ended
 *         \__________\__________\___________\______________________^
 *
 * - `reserved`: permit and agent held; nothing was sent. Ends as `expired` when the permit does.
 * - `dialing`: claimed by one sip instance; an INVITE may have left. From here on it counts.
 * - `answered`: the debtor's 200 OK; `connected`: audio joined to the agent.
 */
export const ATTEMPT_STATES = [
  'reserved',
  'dialing',
  'ringing',
  'answered',
  'connected',
  'ended',
] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

const NEXT: Record<AttemptState, readonly AttemptState[]> = {
  reserved: ['dialing', 'ended'],
  dialing: ['ringing', 'answered', 'ended'],
  ringing: ['answered', 'ended'],
  answered: ['connected', 'ended'],
  connected: ['ended'],
  ended: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveAttempt(from: AttemptState, to: AttemptState): AttemptState {
  if (!NEXT[from].includes(to)) throw new TransitionError('attempt', from, to, NEXT[from]);
  return to;
}
