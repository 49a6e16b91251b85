/** What zod's codes say of a value, in the words that people read after it. */
export const ISSUE_REASONS: Readonly<Record<string, string>> = {
  invalid_type: 'has the wrong type',
  invalid_value: 'is not one of the values',
  invalid_format: 'has the wrong form',
  invalid_union: 'is none of the forms',
  too_small: 'is too small',
  too_big: 'is too big',
};

/** The value at a path of what came from outside; undefined: nothing is there. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}
