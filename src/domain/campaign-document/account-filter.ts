import { z } from 'zod';
import { nearestWord } from '../nearest-word';
import { provinces } from '../province-zone';

/** Days past due, as collection floors group them; `pre-due`: due today or later. */
export const BUCKETS = {
  'pre-due': { to: 0 },
  '1-10': { from: 1, to: 10 },
  '11-30': { from: 11, to: 30 },
  '31-60': { from: 31, to: 60 },
  '61-90': { from: 61, to: 90 },
  '90+': { from: 91 },
} as const satisfies Readonly<Record<string, DayRange>>;
export type Bucket = keyof typeof BUCKETS;
export const BUCKET_NAMES = Object.keys(BUCKETS) as readonly Bucket[];

/** @param daysPastDue negative: not due yet */
export function bucketOf(daysPastDue: number): Bucket {
  const within = (range: DayRange): boolean =>
    daysPastDue >= (range.from ?? -Infinity) && daysPastDue <= (range.to ?? Infinity);
  return BUCKET_NAMES.find((name) => within(BUCKETS[name])) ?? '90+';
}

/** Whole days or counts, both ends inclusive. */
export interface DayRange {
  readonly from?: number;
  readonly to?: number;
}

/** Integer minor units as text, both ends inclusive. */
export interface AmountRange {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Which accounts: every field that is given must hold; no field, every account. The tree is data,
 * never text that a database would read; src/db/account-filter.ts turns it into a condition.
 */
export interface AccountFilter {
  /** Days past due by the creditor's books; negative: not due yet. */
  readonly daysPastDue?: DayRange;
  /** One of these buckets. */
  readonly bucket?: readonly Bucket[];
  readonly amountDueMinor?: AmountRange;
  readonly product?: readonly string[];
  readonly debtKind?: readonly string[];
  /** ISO 3166-2, of the debtor's address; an unknown one is in no list. */
  readonly province?: readonly string[];
  /** Calls placed on the account so far. */
  readonly attempts?: DayRange;
  /** No call was placed on it for so many times 24 h, or ever. */
  readonly notCalledForDays?: number;
  /** All of these must hold. */
  readonly all?: readonly AccountFilter[];
  /** At least one of these must hold. */
  readonly any?: readonly AccountFilter[];
  /** This must not hold. */
  readonly not?: AccountFilter;
}

const MAX_DAYS = 36_500;
const days = z.int({ error: 'whole days' }).min(-MAX_DAYS).max(MAX_DAYS);
const callCount = z.int({ error: 'a whole number' }).min(0).max(100_000);

/** Integer minor units; a document may write them as a number, they are kept as text. */
export const minorAmount = z
  .union([z.int().min(0), z.string().regex(/^(0|[1-9][0-9]{0,17})$/)], {
    error: 'a whole number of minor units, 15000000',
  })
  .transform(String);

function range<Bound extends z.ZodType<number | string, number | string>>(bound: Bound) {
  return z
    .strictObject({ from: bound.exactOptional(), to: bound.exactOptional() })
    .refine(
      ({ from, to }) => from === undefined || to === undefined || Number(from) <= Number(to),
      {
        path: ['to'],
        error: 'at least as much as from',
      },
    )
    .refine(({ from, to }) => from !== undefined || to !== undefined, {
      error: 'from, to, or both',
    });
}

const names = z
  .array(z.string({ error: 'a name' }).min(1, 'a name').max(80), { error: 'a list of names' })
  .min(1, 'a list with at least one name')
  .max(100);

const PROVINCE_CODES = provinces().map(({ code }) => code);
/** ISO 3166-2; of Indonesia the codes are known, and a mistaken one is told. */
export const provinceCode = z
  .string({ error: 'an ISO 3166-2 code, ID-JK' })
  .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'an ISO 3166-2 code, ID-JK')
  .superRefine((code, context) => {
    if (!code.startsWith('ID-') || PROVINCE_CODES.includes(code)) return;
    const near = nearestWord(code, PROVINCE_CODES);
    const all = PROVINCE_CODES.join(', ');
    context.addIssue({ code: 'custom', message: near === null ? all : `${near}? one of ${all}` });
  });

export const accountFilter: z.ZodType<AccountFilter> = z
  .strictObject({
    daysPastDue: range(days).exactOptional(),
    bucket: z
      .array(z.enum(BUCKET_NAMES), { error: 'a list of buckets' })
      .min(1, 'a list with at least one bucket')
      .exactOptional(),
    amountDueMinor: range(minorAmount).exactOptional(),
    product: names.exactOptional(),
    debtKind: names.exactOptional(),
    province: z
      .array(provinceCode, { error: 'a list of ISO 3166-2 codes' })
      .min(1, 'a list with at least one code')
      .exactOptional(),
    attempts: range(callCount).exactOptional(),
    notCalledForDays: z.int({ error: 'whole days' }).min(1).max(3_650).exactOptional(),
    all: branches().exactOptional(),
    any: branches().exactOptional(),
    not: z.lazy(() => accountFilter).exactOptional(),
  })
  .describe('Which accounts: every field that is given must hold; none, every account');

function branches() {
  return z
    .array(
      z.lazy(() => accountFilter),
      { error: 'a list of filters' },
    )
    .min(1, 'a list with at least one filter')
    .max(50);
}
