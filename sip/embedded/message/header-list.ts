/**
 * The header fields of one SIP message, in the order they arrived, looked up without regard to case.
 * Compact forms (RFC 3261 section 7.3.3) are expanded on entry, so nothing later has to know them.
 */

const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

const IRREGULAR_NAMES: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'mime-version': 'MIME-Version',
  rack: 'RAck',
  rseq: 'RSeq',
  'sip-etag': 'SIP-ETag',
  'sip-if-match': 'SIP-If-Match',
  'www-authenticate': 'WWW-Authenticate',
};

const displayNames = new Map<string, string>();
const DISPLAY_NAMES_LIMIT = 500;

/** Lower-case key of a header name, compact forms expanded. */
function headerKey(name: string): string {
  const key = name.toLowerCase();
  return (key.length === 1 ? COMPACT_FORMS[key] : undefined) ?? key;
}

/** `call-id` -> `Call-ID`, `user-agent` -> `User-Agent`; names that begin with `X-` stay as written. */
function displayName(name: string, key: string): string {
  if (key.startsWith('x-')) return name;
  const known = displayNames.get(key);
  if (known !== undefined) return known;
  const display =
    IRREGULAR_NAMES[key] ?? key.replace(/(^|-)([a-z])/g, (letters) => letters.toUpperCase());
  // Names come from the network: the cache is bounded.
  if (displayNames.size < DISPLAY_NAMES_LIMIT) displayNames.set(key, display);
  return display;
}

export interface HeaderField {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

export class HeaderList implements Iterable<HeaderField> {
  private fields: HeaderField[] = [];

  get size(): number {
    return this.fields.length;
  }

  /** First value under `key` (lower case), or undefined. */
  get(key: string): string | undefined {
    for (const field of this.fields) if (field.key === key) return field.value;
    return undefined;
  }

  /** Every value under `key` (lower case), in order; comma lists are not split. */
  all(key: string): string[] {
    const values: string[] = [];
    for (const field of this.fields) if (field.key === key) values.push(field.value);
    return values;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  add(name: string, value: string): this {
    const key = headerKey(name);
    this.fields.push({ key, name: displayName(name, key), value });
    return this;
  }

  /** Replaces the first field of that name in place and drops the others; adds it when absent. */
  set(name: string, value: string): this {
    const key = headerKey(name);
    const at = this.fields.findIndex((field) => field.key === key);
    if (at === -1) return this.add(name, value);
    this.fields[at] = { key, name: displayName(name, key), value };
    this.fields = this.fields.filter((field, index) => index <= at || field.key !== key);
    return this;
  }

  /** Replaces the first field under `key` and leaves the others, as for Via. */
  replaceFirst(key: string, value: string): this {
    const at = this.fields.findIndex((field) => field.key === key);
    const field = this.fields[at];
    if (field !== undefined) this.fields[at] = { ...field, value };
    return this;
  }

  /** A copy with one more field in front. */
  copyWithFirst(name: string, value: string): HeaderList {
    const copy = new HeaderList().add(name, value);
    copy.fields.push(...this.fields);
    return copy;
  }

  delete(key: string): this {
    this.fields = this.fields.filter((field) => field.key !== key);
    return this;
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.fields[Symbol.iterator]();
  }
}
