/**
 * One text for one value, whoever writes it: RFC 8785 (keys sorted by UTF-16 code units, no
 * spaces, numbers as ECMAScript writes them). Members that are undefined are left out.
 * @throws TypeError with the path of what is not JSON: NaN, a Date, a bigint, a lone surrogate, undefined
 *   in a list.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value, path);
  if (typeof value === 'object') return composite(value, path);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  const what = typeof value === 'number' ? String(value) : typeof value;
  throw new TypeError(`${path}: ${what} is not JSON`);
}

function text(value: string, path: string): string {
  // it has no UTF-8 form, so no hash
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${path}: not well-formed Unicode`);
  return JSON.stringify(value);
}

function composite(value: object, path: string): string {
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path}: not a plain object`);
  }
  const members = Object.entries(value as Record<string, unknown>)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${text(key, path)}:${write(member, `${path}.${key}`)}`);
  return `{${members.join(',')}}`;
}
