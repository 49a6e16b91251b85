/**
 * The word that was probably meant: at most a third of its letters off, separators aside; null
 * when none is near.
 */
export function nearestWord(text: string, words: readonly string[]): string | null {
  let best: { word: string; distance: number } | null = null;
  for (const word of words) {
    const distance = editDistance(bare(text), bare(word));
    if (distance <= word.length / 3 && (best === null || distance < best.distance)) {
      best = { word, distance };
    }
  }
  return best?.word ?? null;
}

const bare = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
