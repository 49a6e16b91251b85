import type { CampaignDocument } from './campaign-document';
import { fieldText } from './field-text';

/** One field that is not the same in two documents. */
export interface DocumentChange {
  readonly field: string;
  /** Absent: the field is not there. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What is different, field by field, in the order of the fields; of a new one every field. */
export function diffDocuments(
  before: CampaignDocument | null,
  after: CampaignDocument | null,
): DocumentChange[] {
  return compare([], before ?? {}, after ?? {});
}

function compare(path: readonly PropertyKey[], before: unknown, after: unknown): DocumentChange[] {
  if (
    isCollection(before) &&
    isCollection(after) &&
    Array.isArray(before) === Array.isArray(after)
  ) {
    return keysOf(before, after).flatMap((key) =>
      compare([...path, key], Reflect.get(before, key), Reflect.get(after, key)),
    );
  }
  if (Object.is(before, after)) return [];
  return [
    {
      field: fieldText(path),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function keysOf(before: object, after: object): PropertyKey[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Array.isArray(before) ? keys.map(Number) : keys;
}
