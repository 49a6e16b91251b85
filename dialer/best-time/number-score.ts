import { decayOver, dialsInVain, type PersonModel } from './person-model';

/** What is known of each number that was dialed, by {@link PastAttempt.number}; 1: as good as a new one. */
export type NumberScores = Readonly<Record<string, number>>;

/** A number that was never dialed. */
export const NEW_NUMBER = 1;
/** Weight of what is not known yet, in expected contacts: that of the person's level. */
const LEVEL_WEIGHT = 1.2;
/** Somebody else answered: as much against the number as half a contact that was due. */
const SOMEBODY_ELSE = 0.5;
/** What each dial since the last contact leaves of the score. */
const IN_VAIN = 0.95;
/** Smaller differences than a tenth are none: numbers that are alike take turns. */
const STEPS = 10;

/**
 * How much oftener than expected each number brought the person, as of the latest dial: a number on
 * which they were reached stands above a new one until about four dials in a row were in vain; one
 * that only rang stands below it.
 */
export function numberScores(model: PersonModel): NumberScores {
  const now = model.attempts.at(-1)?.at ?? 0;
  const sums = new Map<number, { contacts: number; expected: number }>();
  for (const { at, kind, expected, number } of model.attempts) {
    const sum = sums.get(number) ?? { contacts: 0, expected: 0 };
    const weight = decayOver(now - at);
    if (kind === 'right_party') sum.contacts += weight;
    sum.expected += weight * (expected + (kind === 'somebody' ? SOMEBODY_ELSE : 0));
    sums.set(number, sum);
  }
  return Object.fromEntries(
    [...sums].map(([number, { contacts, expected }]) => {
      const level = (LEVEL_WEIGHT + contacts) / (LEVEL_WEIGHT + expected);
      // the latest dial counts too
      const inVain = dialsInVain(model, number, now + 1);
      return [number, Math.round(STEPS * level * IN_VAIN ** inVain) / STEPS];
    }),
  );
}

/** A person's own number, as it stands among the others. */
export interface StandingNumber {
  readonly phoneId: string;
  /** See {@link PastAttempt.number}. */
  readonly number: number;
  /** As the creditor lists them. */
  readonly position: number;
  /** Of the last four weeks; null: none, which is as good as never. */
  readonly triedAt: Date | null;
}

/**
 * The order by the chance of the right party, as src/db/phone-order.ts has it in SQL: best score
 * first, of equal ones the one tried longest ago, then as the creditor lists them.
 */
export function byScore<T extends StandingNumber>(
  numbers: readonly T[],
  scores: NumberScores,
): T[] {
  const scoreOf = ({ number }: T): number => scores[number] ?? NEW_NUMBER;
  const tried = ({ triedAt }: T): number => triedAt?.getTime() ?? -Infinity;
  return numbers.toSorted(
    (a, b) =>
      scoreOf(b) - scoreOf(a) ||
      (tried(a) === tried(b) ? 0 : tried(a) - tried(b)) ||
      a.position - b.position ||
      (a.phoneId < b.phoneId ? -1 : 1),
  );
}
