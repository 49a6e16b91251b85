import type { Arm } from '../../src/domain/campaign-document/experiment';

/** One person, counted once: dialed, and so many days later looked at. */
export interface Observation {
  readonly arm: Arm;
  readonly succeeded: boolean;
}

/** People, and those of them of whom the metric was true. */
export interface Tally {
  readonly persons: number;
  readonly succeeded: number;
}

export type Tallies = Readonly<Record<Arm, Tally>>;

/** Of the challenger against the champion. */
export type Verdict = 'better' | 'worse';

/** All that the test remembers; the fold of its observations in their order. */
export interface TestState {
  /** Everybody who has counted. */
  readonly seen: Tallies;
  /** Of them, those who came since the last bet was settled. */
  readonly open: Tallies;
  /** Natural logarithm of what each bet on a better challenger has become of 1, by BETS. */
  readonly better: readonly number[];
  readonly worse: readonly number[];
  /** Set once, by the observation that made it so. */
  readonly verdict: Verdict | null;
}

export interface TestPlan {
  readonly alpha: number;
  readonly leastPersons: number;
}

/** Differences of log-odds that are bet on: from one in twenty to more than double the odds. */
const BETS = [0.05, 0.1, 0.2, 0.4, 0.8] as const;

const NOBODY: Tally = { persons: 0, succeeded: 0 };
const NO_TALLIES: Tallies = { champion: NOBODY, challenger: NOBODY };

export const NEW_TEST: TestState = {
  seen: NO_TALLIES,
  open: NO_TALLIES,
  better: BETS.map(() => 0),
  worse: BETS.map(() => 0),
  verdict: null,
};

/**
 * An exact test of two proportions that may be looked at after every person: an e-process. Its value
 * is the money of somebody who bets against "the challenger is not better" (and, in a second one,
 * "not worse") at odds that would be fair if it were so; to multiply it by 2/alpha has a chance of
 * at most alpha/2 then, at any time and over all times (Ville's inequality), and both together alpha.
 *
 * A bet is settled when at least one person of each arm came: na of the champion, nb of the
 * challenger, n together, and each person multiplies it by 1 + w x (y - p) with y 0 or 1, p the rate
 * of all before, w = -d nb/n for the champion, d na/n for the challenger; d is a difference of
 * log-odds. This is the e-variable of Turner, Ly and Gruenwald, "Generic E-variables for exact
 * sequential k-sample tests that allow for optional stopping" (2021, arXiv:2106.02693), for the rates
 * p - d p(1-p) nb/n and p + d p(1-p) na/n. Why it is fair for every tb <= ta, not only for equal
 * rates: with log(1 + x) <= x the log of its mean is at most na w_a (ta - p) + nb w_b (tb - p)
 * = d na nb/n (tb - ta) <= 0. As nobody knows d, the money is spread over BETS; the mean of fair
 * games is one.
 *
 * What it rests on: people, not calls (calls of one person hang together); arms drawn by lot; who
 * comes next does not hang on how those in the open bet will end.
 */
export function observe(state: TestState, one: Observation, plan: TestPlan): TestState {
  if (state.verdict !== null) return state;
  const next: TestState = {
    ...state,
    seen: counted(state.seen, one),
    open: counted(state.open, one),
  };
  const { champion, challenger } = next.open;
  return champion.persons === 0 || challenger.persons === 0 ? next : settle(next, plan);
}

function counted(tallies: Tallies, { arm, succeeded }: Observation): Tallies {
  const { persons, succeeded: before } = tallies[arm];
  return { ...tallies, [arm]: { persons: persons + 1, succeeded: before + Number(succeeded) } };
}

function settle(state: TestState, plan: TestPlan): TestState {
  const { seen, open } = state;
  const [all, now] = [both(seen), both(open)];
  // of those before the bet alone, as the odds were set when it was made
  const rate = (all.succeeded - now.succeeded + 0.5) / (all.persons - now.persons + 1);
  const grown = (logs: readonly number[], sign: 1 | -1): number[] =>
    logs.map((log, place) => log + growth(open, rate, sign * (BETS[place] ?? 0)));
  const settled: TestState = {
    ...state,
    open: NO_TALLIES,
    better: grown(state.better, 1),
    worse: grown(state.worse, -1),
  };
  return { ...settled, verdict: verdictOf(settled, plan) };
}

const both = ({ champion, challenger }: Tallies): Tally => ({
  persons: champion.persons + challenger.persons,
  succeeded: champion.succeeded + challenger.succeeded,
});

function growth({ champion, challenger }: Tallies, rate: number, difference: number): number {
  const persons = champion.persons + challenger.persons;
  return (
    logStake(champion, rate, (-difference * challenger.persons) / persons) +
    logStake(challenger, rate, (difference * champion.persons) / persons)
  );
}

function logStake({ persons, succeeded }: Tally, rate: number, weight: number): number {
  return (
    succeeded * Math.log1p(weight * (1 - rate)) + (persons - succeeded) * Math.log1p(-weight * rate)
  );
}

function verdictOf(state: TestState, plan: TestPlan): Verdict | null {
  const { champion, challenger } = state.seen;
  if (Math.min(champion.persons, challenger.persons) < plan.leastPersons) return null;
  const { better, worse } = eValues(state);
  const needed = neededEValue(plan.alpha);
  if (better >= needed) return 'better';
  return worse >= needed ? 'worse' : null;
}

/** What 1 has become in each of the two games. */
export function eValues(state: TestState): Readonly<Record<Verdict, number>> {
  return { better: meanOf(state.better), worse: meanOf(state.worse) };
}

/** From which value on each of the two games decides. */
export const neededEValue = (alpha: number): number => 2 / alpha;

const meanOf = (logs: readonly number[]): number =>
  logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length;
