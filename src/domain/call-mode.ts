/**
 * `progressive`: the scheduler's, one call an agent; `manual`: an agent asked for it; `callback`: the
 * person named the time.
 */
export const CALL_MODES = ['progressive', 'manual', 'callback'] as const;
export type CallMode = (typeof CALL_MODES)[number];
