import {
  chooseMoment,
  isPlenty,
  leavingEchoes,
  reservedMoment,
  type MomentQuestion,
} from './choose-moment';
import { portfolioChance, type Groups } from './group-model';
import { isInside } from './local-windows';
import { momentScorer, type LawfulHours, type MomentScore, type Person } from './moment-score';
import type { WallMinute } from './wall-minute';

/** What a moment rests on. */
export const MOMENT_BASES = ['model', 'control', 'objection', 'no_data'] as const;
export type MomentBasis = (typeof MOMENT_BASES)[number];

/** Why a person is not, or not yet, called by their habits. */
export interface Standing {
  /** They object to profiling (UU PDP): neutral order. */
  readonly objects: boolean;
  /** Of the permanent control group. */
  readonly inControl: boolean;
}

/** Dials with an outcome in the portfolio below which there is no talk of habits. */
export const LEAST_DIALS = 20;
/** A control moment is one of so many lawful hours ahead: two days at the same pace as the others. */
const CONTROL_SLOTS = 24;

export function basisOf(standing: Standing, { portfolio }: Groups): MomentBasis {
  if (standing.objects) return 'objection';
  // without a model there is nothing to measure it against
  if (portfolio.dials < LEAST_DIALS) return 'no_data';
  return standing.inControl ? 'control' : 'model';
}

/** Of the person themselves, before they wait for a better hour. */
const LEAST_OWN_DIALS = 3;

/**
 * Has the person neither shown nor said when? What others have shown ranks them; if it made them wait,
 * all strangers would wait for the same hours, and agents for them.
 */
export function isStranger({ model, payday, preferred }: Person): boolean {
  return model.attempts.length < LEAST_OWN_DIALS && payday === null && preferred.length === 0;
}

export interface MomentDecision {
  readonly basis: MomentBasis;
  /** Null: there is no lawful moment ahead. */
  readonly at: WallMinute | null;
  /** Only of the model. */
  readonly score: MomentScore | null;
}

/**
 * When the next attempt should be. The control group gets a random lawful hour; who objects, and
 * everybody before there are data, the first one, or the first one that they asked for; strangers the
 * first one that was not in vain.
 * @param draw 0 to below 1, the control group's lot for this attempt
 */
export function decideMoment(
  question: MomentQuestion,
  standing: Standing,
  draw: number,
): MomentDecision {
  const basis = basisOf(standing, question.groups);
  const { groups, person, now, slots, hours } = question;
  if (basis === 'model') {
    if (!isStranger(person)) return modelled(chooseMoment(question));
    const [at] = leavingEchoes(person, slots);
    return modelled(at === undefined ? null : momentScorer(groups, person, now, hours)(at));
  }
  if (basis === 'control') {
    // where no cap makes the model wait, nobody else waits either
    const count = isPlenty(question) ? 1 : Math.min(CONTROL_SLOTS, slots.length);
    return { basis, at: slots[Math.floor(draw * count)] ?? null, score: null };
  }
  return { basis, at: reservedMoment(person, slots) ?? slots[0] ?? null, score: null };
}

const modelled = (score: MomentScore | null): MomentDecision => ({
  basis: 'model',
  at: score?.at ?? null,
  score,
});

/** What a dial right now is worth. */
export interface ChanceNow {
  readonly basis: MomentBasis;
  /** Chance that the person themselves answers. */
  readonly chance: number;
  /**
   * 0 to 1, for ordering: chance with optimism, funds and what waiting is worth, against what any dial
   * of the portfolio brings. 0.5 is an ordinary dial, and what everybody outside the model has.
   */
  readonly standing: number;
  readonly score: MomentScore | null;
}

export const ORDINARY_STANDING = 0.5;
/** So much more for each time that the score holds what an ordinary dial brings. */
const STEP = 0.25;

/** The chance of a right party now, for the order of those who are due. */
export function chanceNow(
  groups: Groups,
  person: Person,
  now: WallMinute,
  options: Standing & { readonly hours: LawfulHours },
): ChanceNow {
  const basis = basisOf(options, groups);
  const usual = portfolioChance(groups.portfolio);
  if (basis !== 'model') return { basis, chance: usual, standing: ORDINARY_STANDING, score: null };
  const score = momentScorer(groups, person, now, options.hours)(now);
  // who asked to be called now has a place kept
  if (isInside(person.preferred, now)) return { basis, chance: score.chance, standing: 1, score };
  const standing = Math.min(1, Math.max(0, ORDINARY_STANDING + (score.score / usual) * STEP));
  return { basis, chance: score.chance, standing, score };
}
