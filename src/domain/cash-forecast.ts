import type { Bucket } from './campaign-document/account-filter';
import { deviationOf, type Band } from './day-forecast';
import { seededDraws, type Draws } from './seeded-draws';

/** A promise that was made. */
export interface PromiseSeen {
  readonly bucket: Bucket;
  /** Integer minor units, as text. */
  readonly amountMinor: string;
  /** From the talk to the day on which it is due. */
  readonly afterDays: number;
}

/** What talks of accounts of one bucket came to. */
export interface BucketSeen {
  readonly bucket: Bucket;
  /** Right-party contacts. */
  readonly contacts: number;
  readonly promises: number;
  /** Promises that were decided. */
  readonly kept: number;
  readonly broken: number;
}

/** What a forecast of cash rests on; all in one currency. */
export interface CashSeen {
  readonly days: number;
  /** ISO 4217: the creditor's. */
  readonly currency: string;
  readonly buckets: readonly BucketSeen[];
  /** The latest. */
  readonly promises: readonly PromiseSeen[];
}

/** Integer minor units, as text; 8 of 10 such days lie within. */
export interface AmountBand {
  readonly low: string;
  readonly expected: string;
  readonly high: string;
}

/** Cash of promises that are due on one day. */
export interface CashDay {
  /** Local date of the creditor's books. */
  readonly date: string;
  readonly promised: AmountBand;
  /** Null: not enough promises were decided. */
  readonly paid: AmountBand | null;
}

export interface CashForecast {
  readonly currency: string;
  readonly promises: Band;
  readonly promised: AmountBand;
  readonly paid: AmountBand | null;
  readonly days: readonly CashDay[];
}

/** Right-party contacts that are to be expected, and which part of them is of which bucket. */
export interface PlannedContacts {
  readonly rightParties: Band;
  /** In proportion to the weights. */
  readonly parts: readonly { readonly bucket: Bucket; readonly weight: number }[];
}

/** Below them nothing is said. */
export const LEAST_CONTACTS = 50;
export const LEAST_PROMISES = 20;
/** Promises that were kept or broken. */
export const LEAST_DECIDED = 20;

/** A bucket's own rates count against those of all buckets as if so much had been seen of it. */
const PRIOR = 20;
const RUNS = 500;
const SEED = 20_260_801;

/**
 * What the talks of a day will bring by the days on which the promises are due: the day is simulated
 * many times. Each time the rates are drawn from what the evidence leaves open (a bucket's shrunk to
 * all buckets'), and amounts and days from promises that were made, resampled (Efron: the bootstrap),
 * so that the band holds chance and doubt. Paid is a promise kept in full on its day. Null: not enough
 * was seen.
 * @param date of the talks, ISO 8601
 */
export function forecastCash(
  { rightParties, parts }: PlannedContacts,
  seen: CashSeen,
  date: string,
): CashForecast | null {
  const total = sumOf(seen.buckets);
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  const isKnown = total.contacts >= LEAST_CONTACTS && total.promises >= LEAST_PROMISES;
  if (!isKnown || seen.promises.length === 0 || weight === 0) return null;
  const draws = seededDraws(SEED);
  const evidence: Evidence = {
    total,
    buckets: new Map(seen.buckets.map((one) => [one.bucket, one])),
    pools: poolsOf(seen.promises),
  };
  const runs = Array.from({ length: RUNS }, () => {
    const contacts = Math.max(
      0,
      Math.round(rightParties.expected + deviationOf(rightParties) * draws.normal()),
    );
    return simulate(draws, { contacts, parts, weight }, evidence);
  });
  const isDecided = total.kept + total.broken >= LEAST_DECIDED;
  const lags = [...new Set(runs.flatMap((run) => [...run.byLag.keys()]))].sort((a, b) => a - b);
  const sums = runs.map(({ byLag }) => addUp([...byLag.values()]));
  return {
    currency: seen.currency,
    promises: bandOf(runs.map((run) => run.promises)),
    promised: amounts(sums.map(({ promised }) => promised)),
    paid: isDecided ? amounts(sums.map(({ paid }) => paid)) : null,
    days: lags.map((lag) => {
      const then = runs.map(({ byLag }) => byLag.get(lag) ?? NOTHING);
      return {
        date: dayAfter(date, lag),
        promised: amounts(then.map(({ promised }) => promised)),
        paid: isDecided ? amounts(then.map(({ paid }) => paid)) : null,
      };
    }),
  };
}

interface Cash {
  readonly promised: number;
  readonly paid: number;
}
const NOTHING: Cash = { promised: 0, paid: 0 };

interface Talks {
  readonly contacts: number;
  readonly parts: PlannedContacts['parts'];
  readonly weight: number;
}

interface Evidence {
  readonly total: Totals;
  readonly buckets: ReadonlyMap<Bucket, Totals>;
  readonly pools: readonly Pool[];
}

interface Simulated {
  readonly promises: number;
  readonly byLag: ReadonlyMap<number, Cash>;
}

/** One such day. */
function simulate(draws: Draws, { contacts, parts, weight }: Talks, evidence: Evidence): Simulated {
  const { total, buckets } = evidence;
  const promiseRate = draws.beta(...seenAs(total.promises + 1, total.contacts + 2));
  const keptRate = draws.beta(total.kept + 1, total.broken + 1);
  const pick = picker(draws, evidence.pools);
  const byLag = new Map<number, Cash>();
  let promises = 0;
  let leftContacts = contacts;
  let leftWeight = weight;
  for (const part of parts) {
    const talks = draws.binomial(leftContacts, Math.min(1, part.weight / leftWeight));
    leftContacts -= talks;
    leftWeight -= part.weight;
    const own = buckets.get(part.bucket) ?? NONE;
    const rate = shrunk(draws, promiseRate, own.promises, own.contacts - own.promises);
    const keeps = shrunk(draws, keptRate, own.kept, own.broken);
    const made = draws.binomial(talks, rate);
    promises += made;
    for (let n = 0; n < made; n++) {
      const { amount, afterDays } = pick(part.bucket);
      const before = byLag.get(afterDays) ?? NOTHING;
      const paid = draws.uniform() < keeps ? amount : 0;
      byLag.set(afterDays, { promised: before.promised + amount, paid: before.paid + paid });
    }
  }
  return { promises, byLag };
}

const seenAs = (hits: number, of: number): [number, number] => [hits, Math.max(1, of - hits)];

interface Promised {
  readonly amount: number;
  readonly afterDays: number;
}

/** What promises are drawn from: all of them first, then those of each bucket. */
interface Pool {
  readonly bucket: Bucket | null;
  readonly cash: readonly Promised[];
}

function poolsOf(promises: readonly PromiseSeen[]): Pool[] {
  const poolOf = (bucket: Bucket | null): Pool => ({
    bucket,
    cash: promises
      .filter((one) => bucket === null || one.bucket === bucket)
      .map(({ amountMinor, afterDays }) => ({ amount: Number(amountMinor), afterDays })),
  });
  return [null, ...new Set(promises.map(({ bucket }) => bucket))].map(poolOf);
}

/** A promise of the bucket, or of any where the bucket has few. */
function picker(draws: Draws, pools: readonly Pool[]): (bucket: Bucket) => Promised {
  const samples = new Map(
    pools.map((pool) => [pool.bucket, { count: pool.cash.length, draw: resampled(draws, pool) }]),
  );
  const any = resampled(draws, pools[0] ?? { bucket: null, cash: [] });
  return (bucket) => {
    const own = samples.get(bucket);
    const ownShare = own === undefined ? 0 : own.count / (own.count + PRIOR);
    return own !== undefined && draws.uniform() < ownShare ? own.draw() : any();
  };
}

/** Draws from a sample of the pool that is as large as the pool; made as it is asked for. */
function resampled(draws: Draws, { cash }: Pool): () => Promised {
  const drawn = new Map<number, Promised>();
  return () => {
    const place = Math.floor(draws.uniform() * cash.length);
    const known = drawn.get(place) ?? draws.pick(cash);
    drawn.set(place, known);
    return known;
  };
}

/** A bucket's rate, drawn from what its own figures leave open around that of all buckets. */
function shrunk(draws: Draws, rate: number, hits: number, misses: number): number {
  return draws.beta(PRIOR * rate + hits, PRIOR * (1 - rate) + Math.max(0, misses));
}

type Totals = Omit<BucketSeen, 'bucket'>;

const NONE: Totals = { contacts: 0, promises: 0, kept: 0, broken: 0 };

const sumOf = (buckets: readonly BucketSeen[]): Totals =>
  buckets.reduce<Totals>(
    (sum, one) => ({
      contacts: sum.contacts + one.contacts,
      promises: sum.promises + one.promises,
      kept: sum.kept + one.kept,
      broken: sum.broken + one.broken,
    }),
    NONE,
  );

const addUp = (days: readonly Cash[]): Cash =>
  days.reduce(
    (sum, { promised, paid }) => ({ promised: sum.promised + promised, paid: sum.paid + paid }),
    NOTHING,
  );

function bandOf(values: readonly number[]): Band {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const expected = values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
  return { low: at(0.1), expected, high: at(0.9) };
}

function amounts(values: readonly number[]): AmountBand {
  const { low, expected, high } = bandOf(values);
  const minor = (value: number): string => BigInt(Math.round(value)).toString();
  return { low: minor(low), expected: minor(expected), high: minor(high) };
}

function dayAfter(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}
