/** What the ng protocol of rtpengine carries. Text is UTF-8; lengths are of bytes. Bytes are sent only. */
export type NgValue =
  string | number | Buffer | readonly NgValue[] | { readonly [key: string]: NgValue };

export type NgDictionary = Readonly<Record<string, NgValue>>;

/** A dictionary deeper than any that rtpengine sends. */
const MAX_DEPTH = 32;

/** Bencoding as BEP 3 defines it, but that keys keep their order: rtpengine does not look at it. */
export function encodeNg(value: NgValue): Buffer {
  const parts: (string | Buffer)[] = [];
  write(value, parts);
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
}

function write(value: NgValue, parts: (string | Buffer)[]): void {
  if (typeof value === 'string') write(Buffer.from(value), parts);
  else if (Buffer.isBuffer(value)) parts.push(`${value.length}:`, value);
  else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error('a number of the ng protocol is an integer');
    parts.push(`i${value}e`);
  } else if (isList(value)) {
    parts.push('l');
    for (const item of value) write(item, parts);
    parts.push('e');
  } else {
    parts.push('d');
    for (const [key, item] of Object.entries(value)) {
      write(key, parts);
      write(item, parts);
    }
    parts.push('e');
  }
}

const isList = (value: NgValue): value is readonly NgValue[] => Array.isArray(value);

/** One dictionary and nothing after it. @throws Error when the bytes are anything else. */
export function decodeNg(bytes: Buffer): NgDictionary {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.isAtEnd || typeof value !== 'object' || isList(value) || Buffer.isBuffer(value))
    throw new Error('not one bencoded dictionary');
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  value(depth: number): NgValue {
    if (depth > MAX_DEPTH) throw new Error('bencoded too deep');
    if (this.takes('i')) return this.integer('e');
    if (this.takes('l')) return this.list(depth);
    if (this.takes('d')) return this.dictionary(depth);
    return this.text();
  }

  private takes(character: string): boolean {
    const isNext = this.bytes[this.at] === character.charCodeAt(0);
    if (isNext) this.at += 1;
    return isNext;
  }

  private list(depth: number): NgValue[] {
    const items: NgValue[] = [];
    while (!this.takes('e')) items.push(this.value(depth + 1));
    return items;
  }

  private dictionary(depth: number): NgDictionary {
    // no prototype: a key of the far side is never one of ours
    const items = Object.create(null) as Record<string, NgValue>;
    while (!this.takes('e')) {
      const key = this.text();
      items[key] = this.value(depth + 1);
    }
    return items;
  }

  private integer(terminator: string): number {
    const end = this.bytes.indexOf(terminator, this.at);
    const digits = end < 0 ? '' : this.bytes.toString('latin1', this.at, end);
    if (!/^-?\d{1,15}$/.test(digits)) throw new Error('bencoded integer expected');
    this.at = end + 1;
    return Number(digits);
  }

  private text(): string {
    const length = this.integer(':');
    const end = this.at + length;
    if (length < 0 || end > this.bytes.length) throw new Error('bencoded text is cut short');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }
}
