import type { Ordering } from '../../src/domain/ordering';

/** What the rank of an account rests on. */
export interface RankFacts {
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  /** Negative before the due date. */
  readonly daysPastDue: number;
  readonly attemptCount: number;
  /** A promise was broken within the last two weeks. */
  readonly promiseBroken: boolean;
  /** ISO 8601: since when it waits. */
  readonly dueAt: string;
  /** Of a right party now, 0 to 1. */
  readonly chance: number;
}

export interface Rank {
  /** The order: higher first. Its waiting part is a constant of the account, not of the moment. */
  readonly rank: number;
  /** 0 to 1: the weighted mean of the parts. */
  readonly value: number;
  /** Each 0 to 1, before its weight. */
  readonly parts: {
    readonly balance: number;
    readonly daysPastDue: number;
    readonly untried: number;
    readonly brokenPromise: number;
  };
}

/** A balance of this many minor units counts in full; the scale is logarithmic. */
const FULL_BALANCE_LOG10 = 12;
/** Days past due that count in full: the last bucket begins there. */
const FULL_DAYS = 90;

const HOUR_MS = 3_600_000;
/** Any fixed instant would do; a near one leaves the fraction of a double exact to a microsecond. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * Who is called first among those who are due. The worth of a call is value x chance; each hour of
 * waiting adds 1 / waitLimitHours to it, for everybody alike. So the order by worth at any moment is
 * the order by (value x chance - due / waitLimitHours), which stays the same while everybody waits:
 * it is computed once and can be indexed. Value x chance lies within 0 and 1, therefore nobody is
 * overtaken by an account that became due more than `waitLimitHours` later: nobody starves.
 */
export function rankOf(ordering: Ordering, facts: RankFacts): Rank {
  const parts = {
    balance: within01(Math.log10(Number(facts.amountDueMinor) + 1) / FULL_BALANCE_LOG10),
    daysPastDue: within01(facts.daysPastDue / FULL_DAYS),
    untried: 1 / (1 + facts.attemptCount),
    brokenPromise: facts.promiseBroken ? 1 : 0,
  };
  const { balance, daysPastDue, untried, brokenPromise, waitLimitHours } = ordering;
  const weight = balance + daysPastDue + untried + brokenPromise;
  const sum =
    balance * parts.balance +
    daysPastDue * parts.daysPastDue +
    untried * parts.untried +
    brokenPromise * parts.brokenPromise;
  const value = weight === 0 ? 0 : sum / weight;
  const dueHours = (Date.parse(facts.dueAt) - EPOCH_MS) / HOUR_MS;
  return { rank: value * within01(facts.chance) - dueHours / waitLimitHours, value, parts };
}

const within01 = (value: number): number => Math.min(1, Math.max(0, value));
