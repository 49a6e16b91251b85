import type { Bucket } from '../../../../src/domain/campaign-document/account-filter';
import {
  forecastCash,
  LEAST_CONTACTS,
  type BucketSeen,
  type CashSeen,
  type PromiseSeen,
} from '../../../../src/domain/cash-forecast';
import { seededDraws, type Draws } from '../../../../src/domain/seeded-draws';

/** A portfolio as it is: nobody who forecasts knows it. */
interface Truth {
  readonly bucket: Bucket;
  readonly promise: number;
  readonly kept: number;
  /** Middle of the amounts, minor units. */
  readonly amount: number;
  readonly share: number;
}
const TRUTH: readonly Truth[] = [
  { bucket: '1-10', promise: 0.45, kept: 0.7, amount: 80_000_00, share: 0.5 },
  { bucket: '31-60', promise: 0.3, kept: 0.45, amount: 200_000_00, share: 0.35 },
  { bucket: '90+', promise: 0.15, kept: 0.25, amount: 500_000_00, share: 0.15 },
];

interface Talked {
  readonly contacts: number;
  readonly promises: readonly (PromiseSeen & { readonly kept: boolean })[];
}

function talk(draws: Draws, truth: Truth, contacts: number): Talked {
  const made = draws.binomial(contacts, truth.promise);
  const promises = Array.from({ length: made }, () => ({
    bucket: truth.bucket,
    amountMinor: String(Math.round(truth.amount * Math.exp(0.6 * draws.normal()))),
    afterDays: Math.floor(draws.uniform() * 5),
    kept: draws.uniform() < truth.kept,
  }));
  return { contacts, promises };
}

/** Contacts of a day: their mean is known, their number is drawn. */
const DAY = { mean: 60, deviation: 9 };
function day(draws: Draws): Talked[] {
  const contacts = Math.max(0, Math.round(DAY.mean + DAY.deviation * draws.normal()));
  return TRUTH.map((truth) => talk(draws, truth, Math.round(contacts * truth.share)));
}

function seenOf(days: readonly Talked[][]): CashSeen {
  const buckets = TRUTH.map(({ bucket }, index): BucketSeen => {
    const own = days.map((one) => one[index]!);
    const promises = own.flatMap((one) => one.promises);
    const kept = promises.filter((one) => one.kept).length;
    return {
      bucket,
      contacts: own.reduce((sum, one) => sum + one.contacts, 0),
      promises: promises.length,
      kept,
      broken: promises.length - kept,
    };
  });
  const promises = days.flatMap((one) => one.flatMap((part) => [...part.promises]));
  return { days: 90, currency: 'IDR', buckets, promises };
}

const PLANNED = {
  rightParties: {
    low: DAY.mean - 1.2816 * DAY.deviation,
    expected: DAY.mean,
    high: DAY.mean + 1.2816 * DAY.deviation,
  },
  parts: TRUTH.map(({ bucket, share }) => ({ bucket, weight: share })),
};
const DATE = '2026-11-30';
const inside = (value: number, band: { readonly low: string; readonly high: string }): boolean =>
  value >= Number(band.low) && value <= Number(band.high);

it('holds what is promised and paid on 8 of 10 days within its bands', () => {
  const runs = 120;
  let promised = 0;
  let paid = 0;
  for (let run = 0; run < runs; run++) {
    const draws = seededDraws(1_000 + run);
    const forecast = forecastCash(
      PLANNED,
      seenOf(Array.from({ length: 10 }, () => day(draws))),
      DATE,
    )!;
    const came = day(draws).flatMap((part) => part.promises);
    const sum = (some: readonly { readonly amountMinor: string }[]): number =>
      some.reduce((total, { amountMinor }) => total + Number(amountMinor), 0);
    if (inside(sum(came), forecast.promised)) promised += 1;
    if (inside(sum(came.filter(({ kept }) => kept)), forecast.paid!)) paid += 1;
  }
  for (const share of [promised / runs, paid / runs]) {
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.9);
  }
});

it('expects what the rates come to, day by day, in whole minor units', () => {
  const draws = seededDraws(3);
  const forecast = forecastCash(
    PLANNED,
    seenOf(Array.from({ length: 60 }, () => day(draws))),
    DATE,
  )!;
  const middle = Math.exp(0.6 ** 2 / 2);
  const expected = TRUTH.reduce(
    (sum, one) => sum + DAY.mean * one.share * one.promise * one.amount * middle,
    0,
  );
  expect(Number(forecast.promised.expected) / expected).toBeCloseTo(1, 0);
  expect(Math.abs(Number(forecast.promised.expected) / expected - 1)).toBeLessThan(0.1);
  expect(forecast.currency).toBe('IDR');
  expect(forecast.days.map(({ date }) => date)).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-12-02',
    '2026-12-03',
    '2026-12-04',
  ]);
  const byDay = forecast.days.reduce((sum, one) => sum + BigInt(one.promised.expected), 0n);
  expect(Number(byDay - BigInt(forecast.promised.expected))).toBeLessThan(10);
  // the same evidence, the same forecast
  const again = seededDraws(3);
  expect(forecastCash(PLANNED, seenOf(Array.from({ length: 60 }, () => day(again))), DATE)).toEqual(
    forecast,
  );
});

it('shrinks what few talks of a bucket showed to what all have shown', () => {
  const seen = (own: BucketSeen): CashSeen => ({
    days: 90,
    currency: 'IDR',
    buckets: [{ bucket: '1-10', contacts: 1_000, promises: 300, kept: 150, broken: 150 }, own],
    promises: Array.from({ length: 100 }, () => {
      return { bucket: '1-10', amountMinor: '100000', afterDays: 2 };
    }),
  });
  const expected = (own: Omit<BucketSeen, 'bucket'>): number => {
    const parts = [{ bucket: '90+' as const, weight: 1 }];
    return forecastCash({ ...PLANNED, parts }, seen({ bucket: '90+', ...own }), DATE)!.promises
      .expected;
  };
  const none = { contacts: 0, promises: 0, kept: 0, broken: 0 };
  expect(expected(none)).toBeCloseTo(0.3 * DAY.mean, -1);
  const few = expected({ ...none, contacts: 5 });
  const many = expected({ ...none, contacts: 500 });
  expect(few).toBeLessThan(expected(none));
  expect(few).toBeGreaterThan(0.2 * DAY.mean);
  expect(many).toBeLessThan(0.03 * DAY.mean);
});

it('says that it knows too little', () => {
  const draws = seededDraws(1);
  const seen = seenOf([day(draws), day(draws)]);
  const buckets = seen.buckets.map((one) => ({ ...one, kept: 1, broken: 1 }));
  const undecided = forecastCash(PLANNED, { ...seen, buckets }, DATE)!;
  expect(undecided.paid).toBeNull();
  expect(undecided.days.every(({ paid }) => paid === null)).toBe(true);
  const few = seen.buckets.map((one) => ({ ...one, contacts: Math.floor(LEAST_CONTACTS / 4) }));
  expect(forecastCash(PLANNED, { ...seen, buckets: few }, DATE)).toBeNull();
  expect(forecastCash(PLANNED, { ...seen, promises: [] }, DATE)).toBeNull();
});
