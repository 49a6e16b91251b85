const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/**
 * Where a text stops being JSON (RFC 8259), for people: line and column from 1. JSON.parse of
 * Node 20 names a position for some mistakes only, and a line for none.
 */
export function jsonMistake(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, new JsonReader(text).firstMistake()).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Each step is true when it has read its part; else it stands before the mistake. */
class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  firstMistake(): number {
    if (this.value()) this.skip(SPACE);
    return this.at;
  }

  private value(): boolean {
    this.skip(SPACE);
    if (this.take('{')) return this.items('}', () => this.member());
    if (this.take('[')) return this.items(']', () => this.value());
    return this.skip(SCALAR);
  }

  private member(): boolean {
    this.skip(SPACE);
    if (this.text[this.at] !== '"' || !this.skip(SCALAR)) return false;
    this.skip(SPACE);
    return this.take(':') && this.value();
  }

  private items(end: string, item: () => boolean): boolean {
    this.skip(SPACE);
    if (this.take(end)) return true;
    do {
      if (!item()) return false;
      this.skip(SPACE);
    } while (this.take(','));
    return this.take(end);
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
