import { TransitionError } from './transition-error';

/**
 * What was agreed with a debtor: a plan, another due date, a deferment, a settlement.
 *
 *     proposed -> pending_approval -> active <-> completed
 *        |  |_________________________^  ^ |________^
 *        |             |              |  v          |
 *        |             |              | broken <----+
 *        v             v              v
 *     cancelled, expired          cancelled, superseded (from every state before the end)
 *
 * - `proposed`: told, not yet accepted.
 * - `pending_approval`: accepted, beyond the agent's authority; a late yes still makes it.
 * - `active`, `completed`, `broken` follow from payments and time alone (judge-agreement.ts): a
 *   reversal takes a completed one back, a payment that was made in time and told late mends a broken one.
 * - `cancelled`: by a person, or refused by the second one. `expired`: nobody decided while it was valid.
 * - `superseded`: a newer agreement stands in its place.
 */
export const AGREEMENT_STATES = [
  'proposed',
  'pending_approval',
  'active',
  'completed',
  'broken',
  'cancelled',
  'expired',
  'superseded',
] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];

/** An account has at most one in these. */
export const RUNNING_STATES = [
  'proposed',
  'pending_approval',
  'active',
] as const satisfies readonly AgreementState[];

/** The ends: nothing brings one back, and what was accepted then may be accepted anew. */
export const OVER_STATES = [
  'cancelled',
  'expired',
  'superseded',
] as const satisfies readonly AgreementState[];

export const isOver = (state: AgreementState): boolean => OVER_STATES.some((one) => one === state);

/** Those that payments and time decide. */
export const JUDGED_STATES = [
  'active',
  'completed',
  'broken',
] as const satisfies readonly AgreementState[];
export type JudgedState = (typeof JUDGED_STATES)[number];

const NEXT: Readonly<Record<AgreementState, readonly AgreementState[]>> = {
  proposed: ['pending_approval', 'active', 'cancelled', 'expired', 'superseded'],
  pending_approval: ['active', 'cancelled', 'expired', 'superseded'],
  active: ['completed', 'broken', 'cancelled', 'superseded'],
  completed: ['active', 'broken', 'superseded'],
  broken: ['active', 'completed', 'cancelled', 'superseded'],
  cancelled: [],
  expired: [],
  superseded: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveAgreement(from: AgreementState, to: AgreementState): AgreementState {
  if (!NEXT[from].includes(to)) throw new TransitionError('agreement', from, to, NEXT[from]);
  return to;
}
