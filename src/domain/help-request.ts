import { TransitionError } from './transition-error';

/**
 * An agent in a call asks a supervisor to listen.
 *
 *     open -> accepted -> ended
 *      +------------------^
 *
 * - `open`: every supervisor is told, again each time that nobody came.
 * - `accepted`: one of them listens.
 * - `ended`: by either of them, or with the call.
 */
export const HELP_STATES = ['open', 'accepted', 'ended'] as const;
export type HelpState = (typeof HELP_STATES)[number];

/** Why; `other` wants a note. */
export const HELP_REASONS = [
  'person_upset',
  'threat',
  'dispute',
  'hardship',
  'advice',
  'technical',
  'other',
] as const;
export type HelpReason = (typeof HELP_REASONS)[number];

/** Unanswered for so long, it is told of again, ms. */
export const HELP_ESCALATES_AFTER_MS = 20_000;

const NEXT: Record<HelpState, readonly HelpState[]> = {
  open: ['accepted', 'ended'],
  accepted: ['ended'],
  ended: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveHelp(from: HelpState, to: HelpState): HelpState {
  if (!NEXT[from].includes(to)) throw new TransitionError('help request', from, to, NEXT[from]);
  return to;
}
