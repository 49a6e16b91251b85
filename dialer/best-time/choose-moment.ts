import type { Groups } from './group-model';
import { isInside } from './local-windows';
import { momentScorer, type LawfulHours, type MomentScore, type Person } from './moment-score';
import { isEcho } from './person-model';
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
  /** For each slot the share of those planned for its hour who will not be called, per cent; absent: 0. */
  readonly crowded?: readonly number[];
}

/** A day of waiting costs this share of the score. */
const WAITING_COST_A_DAY = 0.02;

/** Moments that are good enough, for each attempt that is left: not every one finds a free agent. */
const MOMENTS_AN_ATTEMPT = 2;

/**
 * When the next attempt should be: the earliest of the best moments on which the attempts left can be
 * spent before a cap frees another. With many left it is soon; with one left it is one of the best
 * hours there are. Who asked to be called at a time has the first moment of it. Null: no slot.
 */
export function chooseMoment(question: MomentQuestion): MomentScore | null {
  const { groups, person, now, slots, hours, budget, crowded = [] } = question;
  const score = momentScorer(groups, person, now, hours);
  const [first] = slots;
  if (first === undefined) return null;
  const reserved = reservedMoment(person, slots);
  if (reserved !== null) return score(reserved);
  const end = budget.resetsAt ?? Infinity;
  const before = slots.filter((at) => at < end);
  // all that is left lies after the cap frees: nothing is scarce before
  const open = leavingEchoes(person, before.length === 0 ? slots : before);
  return open
    .map((at) => inCrowd(score(at), crowded[slots.indexOf(at)] ?? 0))
    .toSorted((a, b) => worth(b, first) - worth(a, first))
    .slice(0, MOMENTS_AN_ATTEMPT * Math.max(1, budget.left))
    .reduce<MomentScore | null>(
      (earliest, one) => (earliest === null || one.at < earliest.at ? one : earliest),
      null,
    );
}

/** The first lawful moment within a time that the person asked for; no crowd puts it off. */
export function reservedMoment(person: Person, slots: readonly WallMinute[]): WallMinute | null {
  const wished = slots.filter((at) => isInside(person.preferred, at));
  return leavingEchoes(person, wished)[0] ?? null;
}

/** An hour that was in vain is left alone for three days, with those beside it, while there are others. */
export function leavingEchoes(
  { model }: Person,
  slots: readonly WallMinute[],
): readonly WallMinute[] {
  const fresh = slots.filter((at) => !isEcho(model, at));
  return fresh.length === 0 ? slots : fresh;
}

/** Is there a good moment for each attempt, however they are spent? */
export const isPlenty = ({ slots, budget }: Pick<MomentQuestion, 'slots' | 'budget'>): boolean =>
  MOMENTS_AN_ATTEMPT * budget.left >= slots.length;

/** Who is not called in the hour does not get what the moment would have given. */
function inCrowd(moment: MomentScore, perCent: number): MomentScore {
  if (perCent === 0) return moment;
  const { score, parts } = moment;
  const crowd = (-perCent / 100) * (score - parts.price);
  return { ...moment, score: score + crowd, parts: { ...parts, crowd } };
}

/** Scores may be below zero: waiting takes from what the moment gives, not from its price. */
function worth({ at, score, parts }: MomentScore, first: WallMinute): number {
  const days = (at - first) / DAY_MINUTES;
  return score - (score - parts.price) * WAITING_COST_A_DAY * days;
}
