/** A word of what was said, and where it stands in the text. */
export interface SpokenWord {
  /** As it is compared: lower case, without marks, digits for letters and doubled letters undone. */
  readonly plain: string;
  /** Indices into the text, end excluded. */
  readonly from: number;
  readonly to: number;
  /** Count of ends of sentences before it: a phrase does not reach over one. */
  readonly sentence: number;
}

const LETTER_OF: Readonly<Record<string, string>> = {
  ...{ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' },
};

/** Other spellings of words that phrases are made of, as they stand with doubled letters undone. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ...{ tau: 'tahu', telpon: 'telepon', telp: 'telepon', hub: 'hubungi', neighbor: 'neighbour' },
  ...{
    ga: 'tidak',
    gak: 'tidak',
    ngak: 'tidak',
    engak: 'tidak',
    tak: 'tidak',
    neighbors: 'neighbours',
  },
};

/** `V1RAAAL` and `viral` are the same word, and so are `gak` and `tidak`. */
export function plainWord(word: string): string {
  const plain = word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}|['’]/gu, '')
    .replace(/[013457]/g, (digit, at: number, all: string) =>
      /\p{L}/u.test(all) ? (LETTER_OF[digit] ?? digit) : digit,
    )
    .replace(/(\p{L})\1+/gu, '$1');
  return SPELLINGS[plain] ?? plain;
}

export function spokenWords(text: string): SpokenWord[] {
  let sentence = 0;
  let end = 0;
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu)].map((found) => {
    const from = found.index;
    if (/[.!?;\n]/.test(text.slice(end, from))) sentence += 1;
    end = from + found[0].length;
    return { plain: plainWord(found[0]), from, to: end, sentence };
  });
}

/** With what stands in their place when they were melted in: `me` + `sebar` is `menyebar`. */
const PREFIXES: readonly (readonly [string, readonly string[]])[] = [
  ...(['memper', 'diper', 'di', 'ke', 'ter', 'ber', 'per', 'se', 'me', 'pe', 'nge'] as const).map(
    (prefix) => [prefix, ['']] as const,
  ),
  ...[['mem', ['', 'p']] as const, ['pem', ['', 'p']] as const],
  ...[['men', ['', 't']] as const, ['pen', ['', 't']] as const],
  ...[['meny', ['s']] as const, ['peny', ['s']] as const, ['ny', ['s']] as const],
  ...[['meng', ['', 'k']] as const, ['peng', ['', 'k']] as const, ['ng', ['', 'k']] as const],
  ...[['menge', ['']] as const, ['n', ['t']] as const, ['m', ['p']] as const],
];
const SUFFIXES = [
  ...['nya', 'kan', 'lah', 'kah', 'pun', 'an', 'in', 'i', 'mu', 'ku'],
  ...['s', 'es', 'ed', 'ing', 'er'],
];
/** What is left of a word is at least so long: shorter ones are other words. */
const LEAST_STEM = 4;

/**
 * What a word may be a form of, itself first: without the common affixes of Indonesian, spoken and
 * written (`menyebarkan`, `nyebarin`: sebar), and of English. It says too much rather than too little:
 * what counts is whether a word of a phrase is among it.
 */
export function stemsOf(plain: string): ReadonlySet<string> {
  const stems = new Set([plain]);
  for (const bare of withoutSuffix(plain)) {
    stems.add(bare);
    for (const [prefix, starts] of PREFIXES) {
      if (!bare.startsWith(prefix)) continue;
      for (const start of starts) {
        const stem = start + bare.slice(prefix.length);
        if (stem.length >= LEAST_STEM) stems.add(stem);
      }
    }
  }
  return stems;
}

/** Up to two, one after the other: `viral-kan-nya`. */
function withoutSuffix(plain: string): ReadonlySet<string> {
  const bare = new Set([plain]);
  for (let round = 0; round < 2; round++) {
    for (const word of [...bare]) {
      for (const suffix of SUFFIXES) {
        const stem = word.slice(0, -suffix.length);
        if (!word.endsWith(suffix) || stem.length < LEAST_STEM) continue;
        bare.add(stem);
        // shaming, shamed
        if (suffix === 'ing' || suffix === 'ed') bare.add(`${stem}e`);
      }
    }
  }
  return bare;
}
