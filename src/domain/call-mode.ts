/**
 * `progressive`: the scheduler's, one call an agent; `manual`: an agent asked for it; `callback`: the
 * person named the time; `preview`: it was shown to the agent, who called.
 */
export const CALL_MODES = ['progressive', 'manual', 'callback', 'preview'] as const;
export type CallMode = (typeof CALL_MODES)[number];
