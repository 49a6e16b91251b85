import { TransitionError } from './transition-error';

/**
 * A promise to pay. Its state follows from facts alone (see judge-promises.ts), so a fact that is heard of
 * late, or taken back, may lead back:
 *
 *     proposed --> approved --> open <--> partially_kept
 *        |                       |  ^______   |
 *        |                       v         \  v
 *        +--> (kept)            kept <-----> broken
 *        +--> cancelled, superseded: from any state that money has not decided
 *
 * - `proposed`: waits for a second person's yes, at most until `approve_until`; then it is cancelled.
 * - `approved`: has it; opens in the same transaction.
 * - `open`, `partially_kept`: nothing, or not enough, has come; until the end of the grace.
 * - `kept`: enough came in time. A reversal leads back; no limit.
 * - `broken`: the grace ended and not enough had come. News of a payment that came in time leads to
 *   `kept`; no limit, as of the next two.
 * - `cancelled`: by a supervisor, by the debtor's word, because nobody approved it, or with its agreement.
 * - `superseded`: a newer promise or agreement stands in its place.
 */
export const PROMISE_STATES = [
  'proposed',
  'approved',
  'open',
  'partially_kept',
  'kept',
  'broken',
  'cancelled',
  'superseded',
] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** It still waits for something: money, or a second person. */
export const LIVE_PROMISE_STATES = [
  'proposed',
  'approved',
  'open',
  'partially_kept',
] as const satisfies readonly PromiseState[];

export const isLivePromise = (state: PromiseState): boolean =>
  LIVE_PROMISE_STATES.some((live) => live === state);

const NEXT: Record<PromiseState, readonly PromiseState[]> = {
  // money may come before the yes
  proposed: ['approved', 'kept', 'cancelled', 'superseded'],
  approved: ['open', 'partially_kept', 'kept', 'broken', 'cancelled', 'superseded'],
  open: ['partially_kept', 'kept', 'broken', 'cancelled', 'superseded'],
  partially_kept: ['open', 'kept', 'broken', 'cancelled', 'superseded'],
  // back by a reversal alone; to `proposed`, when nobody has answered yet
  kept: ['proposed', 'open', 'partially_kept', 'broken', 'cancelled', 'superseded'],
  // back by news of a payment that came in time, or came and was taken back since
  broken: ['open', 'partially_kept', 'kept'],
  // back by late news of money; or because the agreement that had ended it stands again
  cancelled: ['open', 'partially_kept', 'kept', 'broken'],
  superseded: ['kept'],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function movePromise(from: PromiseState, to: PromiseState): PromiseState {
  if (!NEXT[from].includes(to)) throw new TransitionError('promise', from, to, NEXT[from]);
  return to;
}

/** The states that lead from one to the other: a yes is told of before the promise opens. */
export function promisePath(from: PromiseState, to: PromiseState): readonly PromiseState[] {
  if (from === to) return [];
  const viaYes: readonly PromiseState[] = ['open', 'partially_kept', 'broken'];
  if (from !== 'proposed' || !viaYes.includes(to)) return [movePromise(from, to)];
  return [movePromise(from, 'approved'), movePromise('approved', to)];
}

/** Why a promise is as it is: the closed list. */
export const PROMISE_REASONS = [
  'made',
  'needs_approval',
  'approved',
  'paid',
  'paid_in_part',
  /** Nothing was left due, whoever said so. */
  'nothing_due',
  'not_paid_in_time',
  'payment_reversed',
  'newer_promise',
  'agreement_ended',
  'approval_refused',
  'approval_late',
  'debtor_asked',
  'made_in_error',
  'circumstances_changed',
] as const;
export type PromiseReason = (typeof PROMISE_REASONS)[number];

/** What a supervisor may cancel for; the note says more. */
export const CANCEL_REASONS = [
  'debtor_asked',
  'made_in_error',
  'circumstances_changed',
] as const satisfies readonly PromiseReason[];
export type CancelReason = (typeof CANCEL_REASONS)[number];
