/**
 * A SIP message as it went over the wire, with just enough structure to assert on.
 *
 * This reader is deliberately independent of the product's: a test peer that shared the product's
 * grammar would share its mistakes. It is lenient about what it accepts and keeps the literal text.
 */
export class RawSipMessage {
  readonly text: string;
  readonly startLine: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;

  constructor(text: string) {
    this.text = text;
    const end = text.indexOf('\r\n\r\n');
    const head = end < 0 ? text : text.slice(0, end);
    this.body = end < 0 ? '' : text.slice(end + 4);
    const [startLine = '', ...lines] = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
    this.startLine = startLine;
    this.headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return [fullName(line.slice(0, colon).trim()), line.slice(colon + 1).trim()] as const;
    });
  }

  /** The request's method, or '' when this is a response. */
  get method(): string {
    return this.isResponse ? '' : (this.startLine.split(' ')[0] ?? '');
  }

  /** The Request-URI, or '' when this is a response. */
  get requestUri(): string {
    return this.isResponse ? '' : (this.startLine.split(' ')[1] ?? '');
  }

  /** The status code, or 0 when this is a request. */
  get status(): number {
    return this.isResponse ? Number(this.startLine.split(' ')[1]) : 0;
  }

  get reason(): string {
    return this.isResponse ? this.startLine.split(' ').slice(2).join(' ') : '';
  }

  get isResponse(): boolean {
    return this.startLine.startsWith('SIP/2.0 ');
  }

  /** First value of a header, by full or compact name; '' when absent. */
  header(name: string): string {
    return this.allOf(name)[0] ?? '';
  }

  /** Every value of a header, in order, one entry per line (commas are left alone). */
  allOf(name: string): string[] {
    const wanted = fullName(name);
    return this.headers.filter(([key]) => key === wanted).map(([, value]) => value);
  }

  get callId(): string {
    return this.header('call-id');
  }

  get cseqNumber(): number {
    return Number(this.header('cseq').split(/\s+/)[0]);
  }

  get cseqMethod(): string {
    return this.header('cseq').split(/\s+/)[1] ?? '';
  }

  /** Tag parameter of From or To; '' when there is none. */
  tag(name: 'from' | 'to'): string {
    return /;\s*tag=([^;,\s>]+)/i.exec(this.header(name))?.[1] ?? '';
  }

  /** Branch of the topmost Via. */
  get branch(): string {
    return /;\s*branch=([^;,\s]+)/i.exec(this.header('via'))?.[1] ?? '';
  }

  /** The URI inside a name-addr or addr-spec header such as Contact, From or Record-Route. */
  uriOf(name: string): string {
    const value = this.header(name);
    return /<([^>]*)>/.exec(value)?.[1] ?? (value.split(';')[0] ?? '').trim();
  }
}

const COMPACT_NAMES: Record<string, string> = {
  i: 'call-id',
  m: 'contact',
  e: 'content-encoding',
  l: 'content-length',
  c: 'content-type',
  f: 'from',
  s: 'subject',
  k: 'supported',
  t: 'to',
  v: 'via',
};

function fullName(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT_NAMES[lower] ?? lower;
}
