import type { FieldProblem } from './field-problem';
import { overlaps, type Shift } from './roster';

/** A shift that somebody states. */
export interface StatedShift extends Shift {
  readonly agentId: string;
  readonly poolId: string | null;
  readonly timeZone: string;
  readonly note: string | null;
}

export interface RosterPlan<S extends StatedShift> {
  readonly added: readonly S[];
  /** Shifts that are kept at the same times, with another pool, zone or note. */
  readonly changed: readonly { readonly id: string; readonly to: S }[];
  readonly unchanged: readonly S[];
  readonly refused: readonly { readonly shift: S; readonly problem: FieldProblem }[];
}

/**
 * What stating shifts changes, one after the other: one that is kept already changes nothing, and one
 * that overlaps another of the agent is refused.
 * @param kept of the same agents, all that could overlap
 */
export function planRoster<S extends StatedShift>(
  kept: readonly (StatedShift & { readonly id: string })[],
  stated: readonly S[],
): RosterPlan<S> {
  const ofAgent = new Map<string, (StatedShift & { readonly id?: string })[]>();
  const shiftsOf = (agentId: string) => {
    const shifts = ofAgent.get(agentId) ?? [];
    ofAgent.set(agentId, shifts);
    return shifts;
  };
  for (const shift of kept) shiftsOf(shift.agentId).push(shift);
  const added: S[] = [];
  const changed: { id: string; to: S }[] = [];
  const unchanged: S[] = [];
  const refused: { shift: S; problem: FieldProblem }[] = [];
  for (const shift of stated) {
    const shifts = shiftsOf(shift.agentId);
    const other = shifts.find((one) => overlaps(one, shift));
    if (other === undefined) {
      shifts.push(shift);
      added.push(shift);
    } else if (!isAtSameTimes(other, shift)) refused.push({ shift, problem: overlapOf(other) });
    else if (isSame(other, shift)) unchanged.push(shift);
    else if (other.id === undefined) refused.push({ shift, problem: overlapOf(other) });
    else changed.push({ id: other.id, to: shift });
  }
  return { added, changed, unchanged, refused };
}

const isAtSameTimes = (a: Shift, b: Shift): boolean =>
  a.from.getTime() === b.from.getTime() && a.to.getTime() === b.to.getTime();

const isSame = (a: StatedShift, b: StatedShift): boolean =>
  a.poolId === b.poolId && a.timeZone === b.timeZone && a.note === b.note;

const overlapOf = ({ from, to }: Shift): FieldProblem => ({
  field: 'from',
  reason: `overlaps the agent's shift from ${from.toISOString()} to ${to.toISOString()}`,
  accepted: 'times outside it, or that shift removed first',
});
