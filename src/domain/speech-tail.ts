import { findPhrases, leadingWords, phraseReach, type FoundPhrase } from './find-phrases';
import type { ForbiddenPhrase } from './forbidden-phrase';
import { spokenWords } from './speech-words';

/** A stretch of what one person said; times from whichever moment the caller counts from. */
export interface Utterance {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/**
 * How a stretch of speech ended in the middle of a sentence, as far as a phrase may go on behind it:
 * words with which one begins or is denied, and a sign in the place of each other word, for what was
 * said is not kept.
 */
export type SpeechTail = Utterance;

export interface HeardPhrase extends Pick<FoundPhrase, 'phrase' | 'quote'> {
  /** When it began. */
  readonly atMs: number;
}

/** Stands for a word that is no part of any phrase. A letter: it counts as a word. */
const OTHER_WORD = 'ˣ';
/** After a longer silence it is another sentence. */
const MOST_PAUSE_MS = 2_000;

/**
 * Forbidden phrases in a stretch of speech, those too that began at the end of the one before; each
 * once, and none that was whole there already. Pure.
 * @param before how the same person's last stretch ended; null: with its sentence, or none
 * @returns also how this one ends, for the next
 */
export function hearPhrases(
  said: Utterance,
  before: SpeechTail | null,
  phrases: readonly ForbiddenPhrase[],
): { readonly heard: HeardPhrase[]; readonly tail: SpeechTail | null } {
  const pauseMs = before === null ? Infinity : said.startMs - before.endMs;
  const tail = pauseMs <= MOST_PAUSE_MS ? before : null;
  const begin = tail === null ? 0 : tail.text.length + 1;
  const text = tail === null ? said.text : `${tail.text} ${said.text}`;
  const timeAt = (index: number): number =>
    tail !== null && index < begin
      ? timeIn(tail, index / begin)
      : timeIn(said, (index - begin) / Math.max(1, said.text.length));
  const found = findPhrases(text, phrases, begin);
  const heard = found.map(({ phrase, quote, at }) => ({
    phrase,
    quote: quote.replace(/(?:ˣ\s*)+/g, '… '),
    atMs: timeAt(at * text.length),
  }));
  // what was said in full is no beginning of another
  const rest = tailOf(text, phrases, Math.max(0, ...found.map(({ to }) => to)));
  if (rest === null) return { heard, tail: null };
  const startMs = timeAt(rest.from);
  return { heard, tail: { startMs, endMs: said.endMs, text: rest.text } };
}

const timeIn = ({ startMs, endMs }: Utterance, share: number): number =>
  startMs + Math.round((endMs - startMs) * share);

/** Null: its sentence ended, or no phrase can have begun in it. */
function tailOf(
  text: string,
  phrases: readonly ForbiddenPhrase[],
  behind: number,
): { readonly text: string; readonly from: number } | null {
  const words = spokenWords(text);
  const last = words.at(-1);
  if (last === undefined || /[.!?;\n]/.test(text.slice(last.to))) return null;
  const isLeading = leadingWords(phrases);
  const near = words
    .filter(({ sentence, from }) => sentence === last.sentence && from >= behind)
    .slice(-phraseReach(phrases));
  const first = near.findIndex(({ plain }) => isLeading(plain));
  if (first < 0) return null;
  const kept = near.slice(first).map(({ plain }) => (isLeading(plain) ? plain : OTHER_WORD));
  return { text: kept.join(' '), from: near[first]?.from ?? 0 };
}
