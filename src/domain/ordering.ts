/** How much each part of an account's value weighs, and how long value may go before waiting. */
export interface Ordering {
  /** Weights, 0 or more; only their proportion counts. */
  readonly balance: number;
  readonly daysPastDue: number;
  readonly untried: number;
  readonly brokenPromise: number;
  /** Who has waited so much longer than another goes first, whatever they are worth. Hours, > 0. */
  readonly waitLimitHours: number;
}

export const USUAL_ORDERING: Ordering = {
  balance: 2,
  daysPastDue: 1,
  untried: 1,
  brokenPromise: 2,
  waitLimitHours: 24,
};

/** The campaign's ordering, the usual one where it says nothing. */
export function orderingOf(said: Partial<Ordering> | null): Ordering {
  return { ...USUAL_ORDERING, ...said };
}
