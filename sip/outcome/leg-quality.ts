import { addFigures, NO_FIGURES, type QualityFigures } from '../../src/domain/trunk-quality';
import type { LegGroup } from '../../src/db/trunk-quality';
import { outcomeOfLegEnd } from './sip-outcome';

/** The figures of a trunk, from its debtors' legs counted by what became of them. */
export function figuresOfLegs(groups: readonly LegGroup[]): QualityFigures {
  return groups.map(figuresOf).reduce(addFigures, NO_FIGURES);
}

function figuresOf(group: LegGroup): QualityFigures {
  const { status, isAnswered, hasRung, legs, short, rung, postDialDelayMs } = group;
  // ended by us before anything rang: it says nothing
  if (status === 487 && !hasRung && !isAnswered) return NO_FIGURES;
  return {
    seizures: legs,
    answered: isAnswered ? legs : 0,
    effective: isNetworkFailure(group) ? 0 : legs,
    ...{ short, rung, postDialDelayMs },
  };
}

function isNetworkFailure({ status, isAnswered, hasRung }: LegGroup): boolean {
  if (isAnswered) return false;
  if (status === null) return !hasRung;
  return outcomeOfLegEnd({ kind: 'refused', status }).result === 'network_failure';
}
