import { TransitionError } from './transition-error';

/**
 * A case, from what somebody said to what was decided about it. Its hold stands from `open` on; a
 * deadline that passes changes no state, for silence of ours is no answer.
 *
 *     open -> in_review <-> waiting
 *      |          |            |
 *      +----------+------------+--> upheld | rejected | withdrawn
 *     upheld -> ended                rejected -> in_review
 *
 * - `open`: taken in, nobody has looked at it.
 * - `in_review`: somebody works on it.
 * - `waiting`: for a document of the person, or of somebody else.
 * - `upheld`: the person was right, or is to be protected; what protects for a time stands on.
 * - `rejected`: it was not so; with new proof it is looked at again.
 * - `withdrawn`: the person took it back.
 * - `ended`: the protection that was granted is over.
 */
export const CASE_STATES = [
  'open',
  'in_review',
  'waiting',
  'upheld',
  'rejected',
  'withdrawn',
  'ended',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

const DECISIONS = ['upheld', 'rejected', 'withdrawn'] as const;

const NEXT: Readonly<Record<CaseState, readonly CaseState[]>> = {
  open: ['in_review', 'waiting', ...DECISIONS],
  in_review: ['waiting', ...DECISIONS],
  waiting: ['in_review', ...DECISIONS],
  upheld: ['ended'],
  rejected: ['in_review'],
  withdrawn: [],
  ended: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveCase(from: CaseState, to: CaseState): CaseState {
  if (!NEXT[from].includes(to)) throw new TransitionError('case', from, to, NEXT[from]);
  return to;
}

/** Its hold is its own: it goes with the answer, or with the end of the protection that was granted. */
export function keepsHolds(state: CaseState): boolean {
  return isUndecided(state) || state === 'upheld';
}

/** Nothing has been decided yet. */
export function isUndecided(state: CaseState): boolean {
  return state === 'open' || state === 'in_review' || state === 'waiting';
}
