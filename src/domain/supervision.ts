import { TransitionError } from './transition-error';

/** `listen`: heard by nobody; `whisper`: by the agent alone; `barge`: by everybody in the talk. */
export const SUPERVISION_MODES = ['listen', 'whisper', 'barge'] as const;
export type SupervisionMode = (typeof SUPERVISION_MODES)[number];

/**
 * A supervisor beside a talk.
 *
 *     requested -> ringing -> active -> ended
 *         |           |                  ^
 *         +-----------+------------------+
 *
 * - `requested`: written; the process that owns the call has not taken it up.
 * - `ringing`: the supervisor's softphone rings.
 * - `active`: the supervisor hears the talk.
 */
export const SUPERVISION_STATES = ['requested', 'ringing', 'active', 'ended'] as const;
export type SupervisionState = (typeof SUPERVISION_STATES)[number];

const NEXT: Record<SupervisionState, readonly SupervisionState[]> = {
  requested: ['ringing', 'ended'],
  ringing: ['active', 'ended'],
  active: ['ended'],
  ended: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveSupervision(from: SupervisionState, to: SupervisionState): SupervisionState {
  if (!NEXT[from].includes(to)) throw new TransitionError('supervision', from, to, NEXT[from]);
  return to;
}

/** Longest stay before the supervisor hears anything, ms; after it the sweep ends what nobody takes up. */
export const SUPERVISION_BEGIN_LIMIT_MS = 30_000;
