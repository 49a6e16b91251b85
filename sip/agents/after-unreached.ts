import type { ColleagueAfter } from '../../src/db/transfers';
import type { Reach } from './agent-lines';

/** Where an agent goes whose softphone could not be joined to a call. */
export const AFTER_UNREACHED: Record<Exclude<Reach['kind'], 'reached'>, ColleagueAfter> = {
  in_use: { to: 'paused', cause: 'still_in_call' },
  not_registered: { to: 'lost', cause: 'registration_lost' },
  signalling_lost: { to: 'connecting', cause: 'signalling_lost' },
  no_media: { to: 'connecting', cause: 'no_media_engine' },
  unanswered: { to: 'paused', cause: 'ring_no_answer' },
};

/** Where an agent goes whose leg stood, and could not be joined to whoever was on the line. */
export const AFTER_LEG_FAILED = { to: 'lost', cause: 'agent_leg_failed' } as const;
