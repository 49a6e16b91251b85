import type { Opening } from './conversation-step';
import { OPTION_WORDS } from './conversation-words';
import type { OptionKind } from './option-kind';
import type { RootCause } from './outcome-code';
import { CAUSE_WORDS } from './root-cause';
import type { Said } from './said';
import { wilsonInterval } from './wilson-interval';

/** Days after the talk at which it is asked whether what was agreed was kept. */
export const KEPT_AFTER_DAYS = [30, 60, 90] as const;
export type KeptAfterDays = (typeof KEPT_AFTER_DAYS)[number];

/** How talks with the same cause, opening and way out ended. Nothing of who talked enters. */
export interface LessonFigures {
  readonly cause: RootCause;
  readonly opening: Opening | null;
  readonly option: OptionKind;
  readonly afterDays: KeptAfterDays;
  /** Talks that are at least so many days old and in which something was promised. */
  readonly n: number;
  readonly kept: number;
}

/** What the next agent may rest on, with its evidence. */
export interface Lesson {
  readonly cause: RootCause;
  /** Null: whichever. */
  readonly opening: Opening | null;
  readonly option: OptionKind;
  readonly afterDays: KeptAfterDays;
  readonly n: number;
  /** 0 to 100, rounded. */
  readonly keptPercent: number;
  readonly said: Said;
}

/** The lower bound of a share: few talks prove little, however well they went. 0 to 1. */
export const wilsonLow = (kept: number, n: number): number =>
  n === 0 ? 0 : wilsonInterval(kept, n).low;

/**
 * The ways that are best proven for a cause, best first: at most one an option. The longest time by
 * which enough talks are known counts, for a promise kept once is not yet a debt in order. Pure.
 * @param minimum so many talks, or it is no evidence
 */
export function chooseLessons(
  figures: readonly LessonFigures[],
  cause: RootCause,
  minimum: number,
): Lesson[] {
  const enough = figures.filter((one) => one.cause === cause && one.n >= minimum);
  const afterDays = KEPT_AFTER_DAYS.findLast((days) =>
    enough.some((one) => one.afterDays === days),
  );
  const best = enough
    .filter((one) => one.afterDays === afterDays)
    .toSorted((a, b) => wilsonLow(b.kept, b.n) - wilsonLow(a.kept, a.n) || b.n - a.n);
  const options = new Set<OptionKind>();
  return best
    .filter(({ option }) => !options.has(option) && options.add(option))
    .map((figures) => lessonOf(figures));
}

function lessonOf({ cause, opening, option, afterDays, n, kept }: LessonFigures): Lesson {
  const keptPercent = Math.round((kept / n) * 100);
  const why = CAUSE_WORDS[cause].said;
  const way = OPTION_WORDS[option];
  return {
    ...{ cause, opening, option, afterDays, n, keptPercent },
    said: {
      id: `Untuk “${why.id}”: ${way.id}, ${keptPercent} % ditepati setelah ${afterDays} hari, n=${n}.`,
      en: `For “${why.en}”: ${way.en}, ${keptPercent} % kept after ${afterDays} days, n=${n}.`,
    },
  };
}
