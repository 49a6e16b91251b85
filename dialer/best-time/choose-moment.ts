import type { Groups } from './group-model';
import { momentScorer, type LawfulHours, type MomentScore, type Person } from './moment-score';
import { DAY_MINUTES, type WallMinute } from './wall-minute';

/** What the caps leave for calls to the person. */
export interface AttemptBudget {
  /** Attempts until the tightest cap frees one again; at least 1, for the slots begin when one is free. */
  readonly left: number;
  /** When it frees one; null: no cap counts. */
  readonly resetsAt: WallMinute | null;
}

export interface MomentQuestion {
  readonly groups: Groups;
  readonly person: Person;
  readonly now: WallMinute;
  /** Lawful moments, ascending: the first possible one, then one an hour; nothing refused. */
  readonly slots: readonly WallMinute[];
  readonly hours: LawfulHours;
  readonly budget: AttemptBudget;
}

/** A day of waiting costs this share of the score. */
const WAITING_COST_A_DAY = 0.02;

/** Moments that are good enough, for each attempt that is left: not every one finds a free agent. */
const MOMENTS_AN_ATTEMPT = 2;

/**
 * When the next attempt should be: the earliest of the best moments on which the attempts left can be
 * spent before a cap frees another. With many left it is soon; with one left it is one of the best
 * hours there are. Null: no slot.
 */
export function chooseMoment(question: MomentQuestion): MomentScore | null {
  const { groups, person, now, slots, hours, budget } = question;
  const score = momentScorer(groups, person, now, hours);
  const first = slots[0];
  if (first === undefined) return null;
  const end = budget.resetsAt ?? Infinity;
  const before = slots.filter((at) => at < end);
  // all that is left lies after the cap frees: nothing is scarce before
  const open = (before.length === 0 ? slots : before).map(score);
  return open
    .toSorted((a, b) => worth(b, first) - worth(a, first))
    .slice(0, MOMENTS_AN_ATTEMPT * Math.max(1, budget.left))
    .reduce<MomentScore | null>(
      (earliest, one) => (earliest === null || one.at < earliest.at ? one : earliest),
      null,
    );
}

/** Is there a good moment for each attempt, however they are spent? */
export const isPlenty = ({ slots, budget }: Pick<MomentQuestion, 'slots' | 'budget'>): boolean =>
  MOMENTS_AN_ATTEMPT * budget.left >= slots.length;

/** Scores may be below zero: waiting takes from what the moment gives, not from its price. */
function worth({ at, score, parts }: MomentScore, first: WallMinute): number {
  const days = (at - first) / DAY_MINUTES;
  return score - (score - parts.price) * WAITING_COST_A_DAY * days;
}
