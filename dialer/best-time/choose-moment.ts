import type { Groups } from './group-model';
import { momentScorer, type LawfulHours, type MomentScore, type Person } from './moment-score';
import { DAY_MINUTES, dayOf, type WallMinute } from './wall-minute';

/** What the caps leave for calls to the person. */
export interface AttemptBudget {
  /** Attempts until the tightest cap frees one again; at least 1, for the slots begin when one is free. */
  readonly left: number;
  /** When it frees one; null: no cap counts. */
  readonly resetsAt: WallMinute | null;
  readonly leftToday: number;
  readonly perDay: number;
  readonly gapMinutes: number;
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

/**
 * When the next attempt should be: the earliest of the best moments that the attempts left can be
 * spent on before a cap frees another. With many left it is soon; with one left it is the best hour
 * there is. Null: no slot.
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
  const plan = new Plan(budget, now);
  for (const moment of open.toSorted((a, b) => worth(b, first) - worth(a, first))) {
    if (plan.chosen.length >= Math.max(1, budget.left)) break;
    plan.offer(moment);
  }
  return plan.chosen.reduce<MomentScore | null>(
    (earliest, one) => (earliest === null || one.at < earliest.at ? one : earliest),
    null,
  );
}

/** Scores may be below zero: waiting takes from what the moment gives, not from its price. */
function worth({ at, score, parts }: MomentScore, first: WallMinute): number {
  const days = (at - first) / DAY_MINUTES;
  return score - (score - parts.price) * WAITING_COST_A_DAY * days;
}

/** Attempts placed so that day's limit and gap hold between them. */
class Plan {
  readonly chosen: MomentScore[] = [];

  constructor(
    private readonly budget: AttemptBudget,
    private readonly now: WallMinute,
  ) {}

  offer(moment: MomentScore): void {
    const { perDay, leftToday, gapMinutes } = this.budget;
    const limit = dayOf(moment.at) === dayOf(this.now) ? leftToday : perDay;
    const sameDay = this.chosen.filter(({ at }) => dayOf(at) === dayOf(moment.at));
    const close = this.chosen.some(({ at }) => Math.abs(at - moment.at) < gapMinutes);
    if (!close && sameDay.length < Math.max(1, limit)) this.chosen.push(moment);
  }
}
