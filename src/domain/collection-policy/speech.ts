import { z } from 'zod';
import { phraseWords } from '../find-phrases';
import { DEFAULT_PHRASES, PHRASE_CATEGORIES } from '../forbidden-phrase';

const MOST_PHRASES = 300;
const MOST_WORDS = 6;

const reason = z.strictObject({ id: z.string().min(1).max(200), en: z.string().min(1).max(200) });

const forbiddenPhrase = z.strictObject({
  phrase: z
    .string()
    .min(2)
    .max(60)
    .refine(
      (phrase) => {
        const words = phraseWords(phrase);
        return (
          words.length >= 1 && words.length <= MOST_WORDS && /^[\p{L}\p{N}\s'’-]+$/u.test(phrase)
        );
      },
      { message: `1 to ${String(MOST_WORDS)} plain words, without signs` },
    ),
  category: z.enum(PHRASE_CATEGORIES),
  reason,
});

/** What no agent may say, and what is kept of it when it was said. Every field has its default. */
export const speechPolicy = z.strictObject({
  phrases: z
    .array(forbiddenPhrase)
    .max(MOST_PHRASES)
    .default(() => DEFAULT_PHRASES.map((each) => ({ ...each, reason: { ...each.reason } })))
    .describe(
      'Forbidden phrases, as plain words: any case, with the affixes and spellings that are spoken',
    ),
  keep: z
    .enum(['quotes', 'marks'])
    .default('quotes')
    .describe(
      'quotes: some words around what was found; marks: not even these. The rest is never kept',
    ),
});
export type SpeechPolicy = z.output<typeof speechPolicy>;
