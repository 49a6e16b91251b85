/** What JSON can hold; `undefined` stands for a member that is left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * The one text of a JSON value, to be hashed and signed (RFC 8785): keys sorted by UTF-16 code
 * units, no spaces, members that are undefined left out.
 * @throws TypeError on what JSON cannot hold: NaN, infinities, lone surrogates, undefined in an array
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return canonicalObject(value);
  // a lone surrogate has no UTF-8: hashes of it would differ from reader to reader
  if (typeof value === 'string' && !/[\ud800-\udfff]/u.test(value)) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`JSON cannot hold this ${typeof value}`);
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value as { readonly [key: string]: JsonValue | undefined })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, member]) =>
      member === undefined ? [] : [`${canonicalJson(key)}:${canonicalJson(member)}`],
    );
  return `{${members.join(',')}}`;
}
