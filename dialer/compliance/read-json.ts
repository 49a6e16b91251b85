import { pathText, type RuleFileProblem } from './rule-file-problem';

export type ReadJson =
  | { readonly value: unknown; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly [RuleFileProblem, ...RuleFileProblem[]] };

/**
 * JSON that a person wrote. A name that is twice in one object is a problem: JSON.parse would take
 * the last, and a whole pack or a day off would be gone without a word.
 */
export function readJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = `is not JSON: ${(error as Error).message}`;
    return { value: null, problems: [{ path: '$', reason, accepted: 'JSON' }] };
  }
  const [first, ...more] = new JsonReader(text).read().repeated.map((path) => ({
    path: pathText(path),
    reason: 'is there twice',
    accepted: 'each name once',
  }));
  return first === undefined
    ? { value, problems: [] }
    : { value: null, problems: [first, ...more] };
}

/**
 * Where a text stops being JSON (RFC 8259), for people: line and column from 1. JSON.parse of
 * Node 20 names a position for some mistakes only, and a line for none.
 */
export function jsonMistake(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, new JsonReader(text).read().end).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
/** Nobody writes deeper by hand; a machine's million brackets would exhaust the stack. */
const DEEPEST = 500;

type Path = readonly PropertyKey[];

/** Each step is true when it has read its part; else it stands before the mistake. */
class JsonReader {
  private at = 0;
  private readonly path: PropertyKey[] = [];
  private readonly repeated: Path[] = [];

  constructor(private readonly text: string) {}

  /** Where it ends or goes wrong, and each name that its object has had before. */
  read(): { readonly end: number; readonly repeated: readonly Path[] } {
    if (this.value()) this.skip(SPACE);
    return { end: this.at, repeated: this.repeated };
  }

  private value(): boolean {
    this.skip(SPACE);
    if (this.path.length > DEEPEST) return false;
    if (this.take('{')) {
      const names = new Set<string>();
      return this.items('}', () => this.member(names));
    }
    if (this.take('[')) return this.items(']', (index) => this.below(index));
    return this.skip(SCALAR);
  }

  private member(names: Set<string>): boolean {
    this.skip(SPACE);
    const start = this.at;
    if (this.text[start] !== '"' || !this.skip(SCALAR)) return false;
    const name = JSON.parse(this.text.slice(start, this.at)) as string;
    if (names.has(name)) this.repeated.push([...this.path, name]);
    names.add(name);
    this.skip(SPACE);
    return this.take(':') && this.below(name);
  }

  private below(key: PropertyKey): boolean {
    this.path.push(key);
    const done = this.value();
    this.path.pop();
    return done;
  }

  private items(end: string, item: (index: number) => boolean): boolean {
    this.skip(SPACE);
    if (this.take(end)) return true;
    let index = 0;
    do {
      if (!item(index)) return false;
      this.skip(SPACE);
      index += 1;
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
