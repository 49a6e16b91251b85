import { BUCKET_NAMES, BUCKETS } from '../domain/campaign-document/account-filter';

const NAMES = BUCKET_NAMES.map((name) => `'${name}'`).join(', ');
/** Where each bucket but the first begins, in order. */
const BEGINS = Object.values(BUCKETS).flatMap((range) =>
  'from' in range ? [String(range.from)] : [],
);

/** SQL: the bucket of so many days past due; null of null. @param days SQL of an integer, evaluated once */
export function bucketName(days: string): string {
  return `(array[${NAMES}])[width_bucket(${days}, array[${BEGINS.join(', ')}]) + 1]`;
}
