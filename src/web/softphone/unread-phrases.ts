import type { CurrentCall, PhraseMark } from './api-answers';
import type { Language } from './words';

interface Seen {
  readonly phrases: readonly PhraseMark[];
  readonly readPhrases: readonly string[];
  readonly language: Language;
  readonly call: Pick<CurrentCall, 'attemptId'> | null;
}

/** Marks of this call that the agent has not read and nobody has dismissed, and what they are about. */
export function unreadPhrases({ phrases, readPhrases, language, call }: Seen): {
  readonly ids: readonly string[];
  /** Each once, in the order in which they were said: `“viral” (Mengancam menyebarkan)`. */
  readonly said: readonly string[];
} {
  const unread = phrases
    .filter(({ id, attemptId, verdict }) => {
      return attemptId === call?.attemptId && verdict !== 'dismissed' && !readPhrases.includes(id);
    })
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const said = unread.map(({ phrase, categorySaid }) =>
    phrase === null ? categorySaid[language] : `“${phrase}” (${categorySaid[language]})`,
  );
  return { ids: unread.map(({ id }) => id), said: [...new Set(said)] };
}
