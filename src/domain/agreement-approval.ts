import { DateTime } from 'luxon';
import type { Authority } from './option';
import { TransitionError } from './transition-error';

/**
 * The word of a second person about an agreement.
 *
 *     asked -> late
 *       |        |
 *       +--------+-> approved, rejected, withdrawn
 *
 * - `asked`: the person is on the line; answered within the limit of the policy.
 * - `late`: nobody answered in time; the person was told by when we confirm. A yes still makes the agreement.
 * - `withdrawn`: the agreement was cancelled, replaced or ran out before anybody answered.
 */
export const APPROVAL_STATES = ['asked', 'late', 'approved', 'rejected', 'withdrawn'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

const NEXT: Readonly<Record<ApprovalState, readonly ApprovalState[]>> = {
  asked: ['late', 'approved', 'rejected', 'withdrawn'],
  late: ['approved', 'rejected', 'withdrawn'],
  approved: [],
  rejected: [],
  withdrawn: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveApproval(from: ApprovalState, to: ApprovalState): ApprovalState {
  if (!NEXT[from].includes(to)) throw new TransitionError('approval', from, to, NEXT[from]);
  return to;
}

const RANK: Readonly<Record<Authority, number>> = { agent: 0, supervisor: 1, manager: 2 };

/** Four eyes: another person than the one who asked, of a role that may. Null: nothing speaks against it. */
export function refuseApprover(
  approval: { readonly askedBy: string; readonly needsRole: Authority },
  approver: { readonly actor: string; readonly authority: Authority },
): 'same_person' | 'no_authority' | null {
  if (approver.actor === approval.askedBy) return 'same_person';
  return RANK[approver.authority] < RANK[approval.needsRole] ? 'no_authority' : null;
}

/**
 * When the answer is promised for: today at the time of the policy, or tomorrow when that is over.
 * @param at `HH:MM`
 */
export function confirmBy(now: Date, at: string, zone: string): Date {
  const [hour = 17, minute = 0] = at.split(':').map(Number);
  const local = DateTime.fromJSDate(now, { zone });
  const today = local.set({ hour, minute, second: 0, millisecond: 0 });
  return (today > local ? today : today.plus({ days: 1 })).toJSDate();
}
