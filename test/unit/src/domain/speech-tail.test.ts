import fc from 'fast-check';
import { DEFAULT_PHRASES } from '../../../../src/domain/forbidden-phrase';
import { hearPhrases, type SpeechTail, type Utterance } from '../../../../src/domain/speech-tail';

/** One part after the other, each a second long, with so long a pause between. */
const partsOf = (texts: readonly string[], pauseMs = 100): Utterance[] =>
  texts.map((text, n) => {
    const startMs = n * (1_000 + pauseMs);
    return { startMs, endMs: startMs + 1_000, text };
  });
const hear = (parts: readonly Utterance[]) => {
  let tail: SpeechTail | null = null;
  const tails: (SpeechTail | null)[] = [];
  const heard = parts.flatMap((part, n) => {
    const now = hearPhrases(part, tail, DEFAULT_PHRASES);
    tail = now.tail;
    tails.push(tail);
    return now.heard.map(({ phrase, atMs, quote }) => ({ n, phrase: phrase.phrase, atMs, quote }));
  });
  return { heard, tails };
};
const told = (texts: readonly string[]): string[] =>
  hear(partsOf(texts)).heard.map(({ n, phrase }) => `${n} ${phrase}`);

test.each([
  [['kalau tidak bayar kami lapor', 'ke polisi besok'], ['1 lapor polisi']],
  [['nanti kami lapor', 'ke', 'polisi'], ['2 lapor polisi']],
  // whole in one part, it is told there and not again
  [['kami lapor polisi', 'polisi itu baik'], ['0 lapor polisi']],
  [
    ['kami lapor polisi', 'ya kami lapor polisi'],
    ['0 lapor polisi', '1 lapor polisi'],
  ],
])('L6: finds a phrase over parts once: %j', (texts, expected) => {
  expect(told(texts)).toEqual(expected);
});

test.each([
  [['kami tidak akan', 'lapor polisi, Pak']],
  [['Sudah kami lapor.', 'Polisi tidur sudah diperbaiki']],
  [['nanti kami lapor', 'hasilnya, lalu soal polisi tidur']],
])('L6: finds nothing where it is denied, in another sentence or too far: %j', (texts) => {
  expect(told(texts)).toEqual([]);
});

test('L6: it was said where it began; of the part before its quote has the words of the list alone', () => {
  const { heard } = hear(partsOf(['rahasia Ibu Siti kami lapor', 'polisi besok']));
  expect(heard).toHaveLength(1);
  expect(heard[0]!.quote).toBe('lapor polisi besok');
  expect(heard[0]!.atMs).toBeGreaterThan(800);
  expect(heard[0]!.atMs).toBeLessThan(1_000);
});

test('L6: after a longer silence it is another sentence', () => {
  expect(hear(partsOf(['kami lapor', 'polisi'], 2_000)).heard).toHaveLength(1);
  expect(hear(partsOf(['kami lapor', 'polisi'], 2_001)).heard).toEqual([]);
});

test('L6: of the end of a part no word is kept but those of the list and of denials', () => {
  const { tails } = hear(partsOf(['Siti, kami lapor rahasia sekali', 'selesai.']));
  expect(tails[0]?.text).toBe('lapor ˣ ˣ');
  expect(tails[1]).toBeNull();
});

test('L6: wherever a sentence is cut, it is found once, in the part in which it began', () => {
  const words = 'baik kalau besok belum masuk juga nanti kami lapor ke polisi ya'.split(' ');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: words.length - 1 }), (cut) => {
      const parts = partsOf([words.slice(0, cut).join(' '), words.slice(cut).join(' ')]);
      const { heard } = hear(parts);
      expect(heard.map(({ phrase }) => phrase)).toEqual(['lapor polisi']);
      const began = parts[cut > words.indexOf('lapor') ? 0 : 1]!;
      expect(heard[0]!.atMs).toBeGreaterThanOrEqual(began.startMs);
      expect(heard[0]!.atMs).toBeLessThan(began.endMs);
    }),
  );
});
