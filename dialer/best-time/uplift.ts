import type { PeopleSums } from '../../src/domain/people-sums';

export interface ArmRate {
  readonly people: number;
  readonly dials: number;
  readonly contacts: number;
  /** Right-party contacts per 1,000 dials; null without dials. */
  readonly per1000: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Uplift {
  readonly model: ArmRate;
  readonly control: ArmRate;
  /** Model less control, right-party contacts per 1,000 dials, with its 95 % interval. */
  readonly per1000: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: 'not_enough_data' | 'undecided' | 'positive' | 'negative';
}

const Z95 = 1.96;
/** For what is told as an event: it is looked at each day, so more is asked of it than of one look. */
const Z_TOLD = 2.58;
const LEAST_PEOPLE = 20;
const LEAST_DIALS = 100;

/**
 * What the model adds, against the permanent control group. People are drawn to the groups, not
 * dials, so the interval is that of a ratio of sums over people (delta method), not a binomial one.
 */
export function uplift(model: PeopleSums, control: PeopleSums): Uplift {
  const [ours, theirs] = [ratio(model), ratio(control)];
  const rates = { model: rateOf(model, ours), control: rateOf(control, theirs) };
  if (ours === null || theirs === null) {
    return { ...rates, per1000: null, low: null, high: null, verdict: 'not_enough_data' };
  }
  const difference = ours.value - theirs.value;
  const error = Math.sqrt(ours.variance + theirs.variance);
  return {
    ...rates,
    per1000: perThousand(difference),
    low: perThousand(difference - Z95 * error),
    high: perThousand(difference + Z95 * error),
    verdict: verdictOf([model, control], difference, error),
  };
}

/** To a tenth: no interval here is finer. */
const perThousand = (rate: number): number => Math.round(10_000 * rate) / 10;

function verdictOf(
  arms: readonly PeopleSums[],
  difference: number,
  error: number,
): Uplift['verdict'] {
  if (arms.some(({ people, dials }) => people < LEAST_PEOPLE || dials < LEAST_DIALS)) {
    return 'not_enough_data';
  }
  if (difference + Z_TOLD * error < 0) return 'negative';
  return difference - Z_TOLD * error > 0 ? 'positive' : 'undecided';
}

interface Ratio {
  readonly value: number;
  readonly variance: number;
}

function ratio(arm: PeopleSums): Ratio | null {
  const { people, dials, contacts, dialsSquared, contactsSquared, dialsContacts } = arm;
  if (dials === 0) return null;
  const value = contacts / dials;
  const squares = contactsSquared - 2 * value * dialsContacts + value * value * dialsSquared;
  const correction = people > 1 ? people / (people - 1) : 1;
  return { value, variance: (correction * Math.max(0, squares)) / (dials * dials) };
}

function rateOf({ people, dials, contacts }: PeopleSums, rate: Ratio | null): ArmRate {
  const counts = { people, dials, contacts };
  if (rate === null) return { ...counts, per1000: null, low: null, high: null };
  const margin = Z95 * Math.sqrt(rate.variance);
  return {
    ...counts,
    per1000: perThousand(rate.value),
    low: perThousand(Math.max(0, rate.value - margin)),
    high: perThousand(Math.min(1, rate.value + margin)),
  };
}
