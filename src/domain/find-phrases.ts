import type { ForbiddenPhrase } from './forbidden-phrase';
import { plainWord, spokenWords, stemsOf, type SpokenWord } from './speech-words';

export interface FoundPhrase {
  readonly phrase: ForbiddenPhrase;
  /** What was said around it, short, with long numbers hidden. */
  readonly quote: string;
  /** Where it begins, as a share of the text, 0 to 1. */
  readonly at: number;
  /** Index behind its last word. */
  readonly to: number;
}

/** So many words may stand between two words of a phrase: `lapor ke kantor polisi`. */
const MOST_BETWEEN = 2;
/** Words shorter than this are compared as they are. */
const LEAST_FLEXED = 4;
const QUOTE_CHARACTERS = 80;

/**
 * Forbidden phrases in what was said, each once, in the order in which they were said. Whole words in
 * any case, with the affixes and spellings of speech-words.ts, within one sentence; `kami tidak akan
 * lapor polisi` is none. The work grows with text and list alone: no pattern of a user is run.
 * @param from only those that end behind this place of the text
 */
export function findPhrases(
  text: string,
  phrases: readonly ForbiddenPhrase[],
  from = 0,
): FoundPhrase[] {
  const words = spokenWords(text);
  const stems = words.map(({ plain }) => stemsOf(plain));
  const found: (FoundPhrase & Span)[] = [];
  for (const phrase of phrases) {
    const wanted = phraseWords(phrase.phrase);
    const span = spanOf(wanted, words, stems, from);
    if (span === null) continue;
    const quote = quoteOf(text, span.from, span.to);
    found.push({ phrase, quote, ...span, at: span.from / Math.max(1, text.length) });
  }
  return withoutInner(found).map(({ phrase, quote, at, to }) => ({ phrase, quote, at, to }));
}

/** The words of a phrase as they are compared. */
export const phraseWords = (phrase: string): string[] =>
  spokenWords(phrase).map(({ plain }) => plain);

/** Is it a word, as it is compared, with which a phrase begins or goes on, or is denied? */
export function leadingWords(phrases: readonly ForbiddenPhrase[]): (plain: string) => boolean {
  const leading = new Set(phrases.flatMap(({ phrase }) => phraseWords(phrase).slice(0, -1)));
  return (plain) => {
    if (DENIALS.has(plain) || MODALS.has(plain) || leading.has(plain)) return true;
    return [...stemsOf(plain)].some((stem) => stem.length >= LEAST_FLEXED && leading.has(stem));
  };
}

/** So many words at the end of a text may be the beginning of a phrase, with its denial. */
export function phraseReach(phrases: readonly ForbiddenPhrase[]): number {
  const longest = Math.max(1, ...phrases.map(({ phrase }) => phraseWords(phrase).length));
  return (longest - 1) * (MOST_BETWEEN + 1) + MOST_MODALS + 1;
}

interface Span {
  /** Indices into the text. */
  readonly from: number;
  readonly to: number;
}

function spanOf(
  wanted: readonly string[],
  words: readonly SpokenWord[],
  stems: readonly ReadonlySet<string>[],
  behind: number,
): Span | null {
  const [first] = wanted;
  if (first === undefined) return null;
  for (const [i, word] of words.entries()) {
    if (!isForm(first, word, stems[i]) || isDenied(words, i)) continue;
    const last = follow(wanted, words, stems, i);
    if (last !== null && last.to > behind) return { from: word.from, to: last.to };
  }
  return null;
}

/** The last word of the phrase that begins at a word; null: it does not go on so. */
function follow(
  wanted: readonly string[],
  words: readonly SpokenWord[],
  stems: readonly ReadonlySet<string>[],
  start: number,
): SpokenWord | null {
  let at = start;
  for (const next of wanted.slice(1)) {
    const until = at + 1 + MOST_BETWEEN;
    const sentence = words[at]?.sentence;
    let i = at + 1;
    while (i <= until && !(words[i]?.sentence === sentence && isForm(next, words[i], stems[i]))) {
      i += 1;
    }
    if (i > until) return null;
    at = i;
  }
  return words[at] ?? null;
}

function isForm(
  wanted: string,
  word: SpokenWord | undefined,
  stems: ReadonlySet<string> | undefined,
): boolean {
  if (word === undefined || stems === undefined) return false;
  return wanted.length < LEAST_FLEXED ? word.plain === wanted : stems.has(wanted);
}

const plainSet = (...words: string[]): ReadonlySet<string> => new Set(words.map(plainWord));
const DENIALS = plainSet(
  ...['tidak', 'bukan', 'tanpa', 'dilarang'],
  ...['not', 'never', "won't", "don't", "can't", 'cannot', "isn't", 'without'],
);
const MODALS = plainSet(
  ...['akan', 'pernah', 'boleh', 'bisa', 'mau', 'perlu', 'ingin', 'dengan'],
  ...['ever', 'be', 'going', 'to', 'will', 'have', 'need', 'want', 'allowed'],
);
/** `not going to be`. */
const MOST_MODALS = 3;

/**
 * Is it said that it will not be? Only a denial right before it, with nothing but helping verbs between:
 * in `kalau tidak bayar kami lapor polisi` it is the payment that is denied.
 */
function isDenied(words: readonly SpokenWord[], start: number): boolean {
  const sentence = words[start]?.sentence;
  for (let i = start - 1; i >= 0 && i >= start - 1 - MOST_MODALS; i--) {
    const word = words[i];
    if (word === undefined || word.sentence !== sentence) return false;
    if (DENIALS.has(word.plain)) return true;
    if (!MODALS.has(word.plain)) return false;
  }
  return false;
}

/** One that was said inside a longer one of its category is that one: `viral` in `go viral`. */
function withoutInner<T extends FoundPhrase & Span>(found: readonly T[]): T[] {
  const isWithin = (a: T, b: T): boolean =>
    a !== b && a.phrase.category === b.phrase.category && a.from >= b.from && a.to <= b.to;
  return found
    .filter((each, i) =>
      found.every(
        (other, j) =>
          !isWithin(each, other) ||
          // the same words by two phrases: the longer one, or the first
          (each.from === other.from &&
            each.to === other.to &&
            (each.phrase.phrase.length > other.phrase.phrase.length ||
              (each.phrase.phrase.length === other.phrase.phrase.length && i < j))),
      ),
    )
    .sort((a, b) => a.from - b.from);
}

function quoteOf(text: string, from: number, to: number): string {
  const around = Math.max(0, Math.floor((QUOTE_CHARACTERS - (to - from)) / 2));
  const begin = from <= around ? 0 : text.indexOf(' ', from - around) + 1;
  const left = begin === 0 || begin > from ? Math.max(0, from - around) : begin;
  const cut = text.lastIndexOf(' ', to + around);
  const right = to + around >= text.length ? text.length : cut > to ? cut : to;
  return text
    .slice(left, right)
    .slice(0, 2 * QUOTE_CHARACTERS)
    .replace(/\s+/g, ' ')
    .replace(/\d(?:[\s.-]?\d){3,}/g, '•••')
    .trim();
}
