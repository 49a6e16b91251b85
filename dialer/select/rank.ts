import type { OrderingWeights } from '../../src/domain/campaign-document/ordering';

/** What the rank of an account rests on. */
export interface RankFacts {
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  /** Negative before the due date. */
  readonly daysPastDue: number;
  /** A promise was broken within the last two weeks. */
  readonly promiseBroken: boolean;
  /** ISO 8601: since when it waits. */
  readonly dueAt: string;
  /** Of a right party now, 0 to 1. */
  readonly chance: number;
}

export interface Rank {
  /** The order: higher first. It does not change while the account waits. */
  readonly rank: number;
  /** 0 to 1: the weighted mean of the parts. */
  readonly value: number;
  /** Each 0 to 1, before its weight. */
  readonly parts: {
    readonly amountDue: number;
    readonly daysPastDue: number;
    readonly promise: number;
  };
}

/** A balance of this many minor units counts in full; the scale is logarithmic. */
const FULL_AMOUNT_LOG10 = 12;
/** Days past due that count in full: the last bucket begins there. */
const FULL_DAYS = 90;
/**
 * Waiting of the weight 1 makes up for the whole of value in so many hours. The worth of people who are
 * due differs by a tenth or two, so in practice by some days; measured in test/bench/best-time.
 */
const FULL_WAIT_HOURS = 60 * 24;
/** A campaign may let value go far before waiting, and cannot let anybody starve. */
const LEAST_WAITING = 0.5;

const HOUR_MS = 3_600_000;
/** Any fixed instant would do; a near one leaves the fraction of a double exact to a microsecond. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * Who is called first among those who are due. The worth of a call is value x chance, and each hour
 * of waiting adds the same to everybody's. So the order by worth at any moment, value x chance +
 * waiting x (now - due), is the order by value x chance - waiting x due, which stays as it is while
 * all wait: it is computed once and can be indexed. Value x chance lies within 0 and 1, therefore
 * nobody is overtaken by an account that became due more than {@link waitLimitHours} later.
 */
export function rankOf(weights: OrderingWeights, facts: RankFacts): Rank {
  const parts = {
    amountDue: within01(Math.log10(Number(facts.amountDueMinor) + 1) / FULL_AMOUNT_LOG10),
    daysPastDue: within01(facts.daysPastDue / FULL_DAYS),
    promise: facts.promiseBroken ? 1 : 0,
  };
  const { amountDue, daysPastDue, promise } = weights;
  const weight = amountDue + daysPastDue + promise;
  const sum =
    amountDue * parts.amountDue + daysPastDue * parts.daysPastDue + promise * parts.promise;
  const value = weight === 0 ? 0 : sum / weight;
  const dueHours = (Date.parse(facts.dueAt) - EPOCH_MS) / HOUR_MS;
  const rank = value * within01(facts.chance) - dueHours / waitLimitHours(weights);
  return { rank, value, parts };
}

/** Who has waited so much longer than another goes first, whatever the two are worth. */
export function waitLimitHours({ waiting }: OrderingWeights): number {
  return FULL_WAIT_HOURS / Math.max(waiting, LEAST_WAITING);
}

const within01 = (value: number): number => Math.min(1, Math.max(0, value));
