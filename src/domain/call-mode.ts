/** `progressive`: the scheduler's, one call an agent; `manual`: an agent asked for it. */
export const CALL_MODES = ['progressive', 'manual'] as const;
export type CallMode = (typeof CALL_MODES)[number];
